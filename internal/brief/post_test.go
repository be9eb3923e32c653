package brief_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/brief"
	"example.org/muniment/internal/forge"
)

// thread is a pull request with its comments.
type thread struct {
	comments []forge.Comment
	writes   int
	lost     bool // the answer to the next write is lost
}

func (t *thread) Comments(context.Context, int) ([]forge.Comment, error) {
	return append([]forge.Comment(nil), t.comments...), nil
}

func (t *thread) Comment(_ context.Context, _ int, body string) error {
	t.writes++
	t.comments = append(t.comments, forge.Comment{ID: int64(len(t.comments) + 1), Author: "muniment[bot]", Body: strings.ReplaceAll(strings.TrimSpace(body), "\n", "\r\n")})
	if t.lost {
		return errors.New("the answer is lost")
	}
	return nil
}

func (t *thread) EditComment(_ context.Context, id int64, body string) error {
	t.writes++
	t.comments[id-1].Body = body
	return nil
}

func TestThereIsOneComment(t *testing.T) {
	t.Parallel()
	first, second := brief.Marker+"\nfirst\n", brief.Marker+"\nsecond\n"
	for name, test := range map[string]struct {
		before []forge.Comment
		posts  []string
		writes int
		want   []string
	}{
		"the first time":                   {nil, []string{first}, 1, []string{brief.Marker + "\r\nfirst"}},
		"the same again is quiet":          {nil, []string{first, first, first}, 1, []string{brief.Marker + "\r\nfirst"}},
		"another text takes its place":     {nil, []string{first, second}, 2, []string{second}},
		"somebody else's marker is theirs": {[]forge.Comment{{ID: 1, Author: "mallory", Body: first}}, []string{second}, 1, []string{first, brief.Marker + "\r\nsecond"}},
		"our other comments stay":          {[]forge.Comment{{ID: 1, Author: "muniment[bot]", Body: "hello"}}, []string{first}, 1, []string{"hello", brief.Marker + "\r\nfirst"}},
		"a second one points to the first": {
			[]forge.Comment{{ID: 1, Author: "muniment[bot]", Body: first}, {ID: 2, Author: "Muniment[bot]", Body: first}},
			[]string{second, second}, 2, []string{second, brief.Marker + "\nSee the first comment of this kind."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			on := &thread{comments: test.before}
			for _, text := range test.posts {
				if err := brief.Post(t.Context(), on, "muniment[bot]", 7, text); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for _, c := range on.comments {
				got = append(got, c.Body)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || on.writes != test.writes {
				t.Errorf("%d writes, want %d; %s", on.writes, test.writes, diff)
			}
		})
	}
}

func TestALostAnswerLeavesOneComment(t *testing.T) {
	t.Parallel()
	on := &thread{lost: true}
	if brief.Post(t.Context(), on, "muniment[bot]", 7, brief.Marker+"\nx") == nil {
		t.Error("a lost answer is no success")
	}
	on.lost = false
	if err := brief.Post(t.Context(), on, "muniment[bot]", 7, brief.Marker+"\ny"); err != nil || len(on.comments) != 1 {
		t.Errorf("%v, %v", err, on.comments)
	}
}
