package remind

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/report"
)

// Digest is everything that one office of one organisation is to act on, as one message.
type Digest struct {
	Organisation string   // id
	Office       string   // as records write it
	To           []string // mailboxes of those who hold it, sorted
	Count        int      // duties
	Missed       int      // of them
	Subject      string
	Text         string
}

// maxDigest bounds the duties that one message lists.
const maxDigest = 100

// part is one duty of a digest.
type part struct {
	subject report.Ref
	item    Item
}

// Digests gives the digest of every office that has something to act on, by organisation and office. What no office is named for
// goes to the IG lead; what has gone up to the SIRO goes to the SIRO as well. An office that nobody holds gets none: its vacancy
// is a duty of its own.
func Digests(r *report.Report, link Link) []Digest {
	type desk struct{ organisation, office string }
	byDesk := make(map[desk][]part)
	for _, rem := range Due(r, "", nil) {
		for _, item := range rem.Items {
			offices := slices.Clone(item.Offices)
			if len(offices) == 0 {
				offices = []string{"ig-lead"}
			}
			if rem.Stage == SIRO && !slices.Contains(offices, "siro") {
				offices = append(offices, "siro")
			}
			for _, organisation := range rem.Organisations {
				for _, office := range offices {
					d := desk{organisation, office}
					byDesk[d] = append(byDesk[d], part{rem.Subject, item})
				}
			}
		}
	}
	var out []Digest
	for d, parts := range byDesk {
		var to []string
		for _, h := range r.Reminding[d.organisation].Holders {
			if h.Office == d.office && !slices.Contains(to, h.Email) {
				to = append(to, h.Email)
			}
		}
		if len(to) == 0 {
			continue
		}
		slices.Sort(to)
		slices.SortFunc(parts, func(a, b part) int {
			return cmp.Or(a.item.On.Compare(b.item.On), cmp.Compare(subject(a.subject), subject(b.subject)), cmp.Compare(a.item.Obligation, b.item.Obligation))
		})
		out = append(out, digest(d.organisation, d.office, to, parts, link))
	}
	slices.SortFunc(out, func(a, b Digest) int {
		return cmp.Or(cmp.Compare(a.Organisation, b.Organisation), cmp.Compare(a.Office, b.Office))
	})
	return out
}

func digest(organisation, office string, to []string, parts []part, link Link) Digest {
	out := Digest{Organisation: organisation, Office: office, To: to, Count: len(parts)}
	var b strings.Builder
	for i, p := range parts {
		if p.item.Missed {
			out.Missed++
		}
		if i == maxDigest {
			fmt.Fprintf(&b, "and %d more\n", len(parts)-maxDigest)
		}
		if i >= maxDigest {
			continue
		}
		when := "due " + p.item.On.Long()
		if p.item.Missed {
			when = "overdue since " + p.item.On.Long()
		}
		fmt.Fprintf(&b, "- %s: %s %s, %s\n", Name(p.subject), p.item.Obligation, plain(p.item.Title), when)
		if at := link(p.subject); at != "" {
			fmt.Fprintf(&b, "  %s\n", at)
		}
	}
	duties := "1 duty"
	if out.Count > 1 {
		duties = fmt.Sprintf("%d duties", out.Count)
	}
	out.Subject = fmt.Sprintf("%s of %s: %s to act on, %d overdue", officeTitle(office), organisation, duties, out.Missed)
	out.Text = b.String()
	return out
}
