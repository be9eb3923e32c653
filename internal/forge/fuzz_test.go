package forge_test

import (
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/forge"
)

// FuzzStanding reads reviews from the input, four bytes each. A review stands only when, looked at one by one, nothing that its account
// decided came after it, it says yes, its account is there and not the author's, and it says of which commit and when.
func FuzzStanding(f *testing.F) {
	logins := []string{"siro", "SIRO", "dpo", "author", "Author", ""}
	states := []forge.ReviewState{forge.Approved, forge.ChangesRequested, forge.Commented, forge.Dismissed, forge.Pending, "", "LGTM"}
	commits := []string{strings.Repeat("0a", 20), strings.Repeat("0a", 32), "", "0a", strings.Repeat("0A", 20), strings.Repeat("xy", 20)}
	f.Add([]byte{0, 0, 0, 1})
	f.Add([]byte{0, 0, 0, 1, 0, 2, 0, 2, 1, 1, 0, 3, 2, 0, 0, 3, 3, 0, 0, 4, 5, 0, 0, 5})
	f.Add([]byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 0, 2, 0, 3, 1, 2, 0, 1, 1})
	f.Fuzz(func(t *testing.T, src []byte) {
		var reviews []forge.Review
		for n := int64(1); len(src) >= 4; src, n = src[4:], n+1 {
			one := forge.Review{ID: n, Login: logins[int(src[0])%len(logins)], State: states[int(src[1])%len(states)], Commit: commits[int(src[2])%len(commits)]}
			if src[3] > 0 {
				one.At = time.Date(2026, 11, 1, 10, 0, int(src[3]), 0, time.UTC)
			}
			reviews = append(reviews, one)
		}
		standing, not := forge.Standing("author", reviews)
		stands, accounts := map[int64]bool{}, map[string]bool{}
		for _, r := range standing {
			stands[r.ID] = true
		}
		for i, r := range reviews {
			accounts[strings.ToLower(r.Login)] = accounts[strings.ToLower(r.Login)] || r.State != forge.Commented && r.State != forge.Pending
			want := r.State == forge.Approved && r.Login != "" && !strings.EqualFold(r.Login, "author") && !r.At.IsZero() && (r.Commit == commits[0] || r.Commit == commits[1])
			for j, o := range reviews {
				later := o.At.After(r.At) || o.At.Equal(r.At) && j > i
				if later && strings.EqualFold(o.Login, r.Login) && o.State != forge.Commented && o.State != forge.Pending {
					want = false
				}
			}
			if stands[r.ID] != want {
				t.Errorf("review %d of %+v stands: %t", r.ID, reviews, stands[r.ID])
			}
		}
		decided := 0
		for _, yes := range accounts {
			if yes {
				decided++
			}
		}
		if len(standing)+len(not) != decided {
			t.Errorf("%d accounts decided, and %d stand and %d do not", decided, len(standing), len(not))
		}
	})
}
