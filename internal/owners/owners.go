// Package owners writes what a forge can enforce by itself: the file CODEOWNERS and the protection of the main branch, from the
// appointments and the policy.
//
// It is a convenience and proves nothing: an administrator goes around it, a line that the forge does not understand is passed over,
// and an account counts whoever uses it. What counts is judged from the commits.
package owners

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/report"
)

// Path is where a make of forge looks for the file.
func Path(kind forge.Kind) string {
	if kind == forge.Gitea {
		return "CODEOWNERS"
	}
	return ".github/CODEOWNERS"
}

const head = `# Who must look at which change. Written by "muniment forge sync" from the appointments and the policy; change those instead.
# The last line that fits a file counts. It asks for reviews and proves nothing: see docs/reminders.md.
`

// File writes the file for one forge. The same appointments and policy give the same bytes.
func File(r *report.Report, kind forge.Kind, host string) []byte {
	f := &file{report: r, kind: kind, host: host}
	f.b.WriteString(head)
	organisations := slices.Sorted(maps.Keys(r.Reminding))
	f.section("What belongs to all organisations")
	f.line("/", organisations, f.governance(organisations...)...)
	f.line("/evidence/suppliers/", organisations, "ig-lead")
	for _, id := range organisations {
		home := "/evidence/organisations/" + id + "/"
		f.section("Organisation " + id)
		f.line(home, []string{id}, "ig-lead")
		f.line(home+"workloads/", []string{id}, "ig-lead", "iao", "sro")
		f.line(home+"appointments.yaml", []string{id}, f.governance(id)...)
		f.line(home+"policy.yaml", []string{id}, f.governance(id)...)
	}
	return []byte(f.b.String())
}

type file struct {
	report *report.Report
	kind   forge.Kind
	host   string
	b      strings.Builder
}

func (f *file) section(title string) { f.b.WriteString("\n# " + title + "\n") }

func (f *file) governance(organisations ...string) []string {
	var out []string
	for _, id := range organisations {
		for _, office := range f.report.Reminding[id].Governance {
			if !slices.Contains(out, office) {
				out = append(out, office)
			}
		}
	}
	return out
}

// line gives a folder or file to the holders of some offices. Where none of them has an account a remark takes its place: a line
// without owners would let anybody in.
func (f *file) line(path string, organisations []string, offices ...string) {
	var logins []string
	for _, id := range organisations {
		for _, l := range f.logins(id, offices) {
			if !slices.Contains(logins, "@"+l) {
				logins = append(logins, "@"+l)
			}
		}
	}
	slices.Sort(logins)
	if len(logins) == 0 {
		fmt.Fprintf(&f.b, "# %s: nobody who holds the office of %s has an account\n", path, strings.Join(offices, ", "))
		return
	}
	fmt.Fprintf(&f.b, "%s %s\n", f.pattern(path), strings.Join(logins, " "))
}

// pattern writes a path as the forge wants it: GitHub takes paths, Gitea regular expressions without the leading slash.
func (f *file) pattern(path string) string {
	if f.kind != forge.Gitea {
		if path == "/" {
			return "*"
		}
		return path
	}
	quoted := regexp.QuoteMeta(strings.TrimPrefix(path, "/"))
	if strings.HasSuffix(path, "/") {
		quoted += ".*"
	}
	return quoted
}

func (f *file) logins(organisation string, offices []string) []string {
	how := f.report.Reminding[organisation]
	var out []string
	for _, h := range how.Holders {
		for _, a := range how.Accounts {
			if slices.Contains(offices, h.Office) && strings.EqualFold(a.Email, h.Email) && strings.EqualFold(a.Forge, f.host) {
				out = append(out, a.Login)
			}
		}
	}
	return out
}

// Protection is how the main branch should be protected: as many reviews as the strictest policy asks for people, one of them by an
// owner, taken back by a new commit, after the checks, for administrators too.
func Protection(r *report.Report, checks []string) forge.Protection {
	p := forge.Protection{Approvals: 1, DismissStale: true, CodeOwners: true, Administrator: true, Checks: slices.Sorted(slices.Values(checks))}
	for _, how := range r.Reminding {
		p.Approvals = max(p.Approvals, how.People)
	}
	p.Approvals = min(p.Approvals, 6) // GitHub takes no more
	return p
}

// Describe says a protection in words; nil is none.
func Describe(p *forge.Protection) string {
	if p == nil {
		return "not protected"
	}
	words := fmt.Sprintf("%d review", p.Approvals)
	if p.Approvals != 1 {
		words += "s"
	}
	for _, one := range []struct {
		holds bool
		text  string
	}{
		{p.CodeOwners, "by an owner"},
		{p.DismissStale, "taken back by new commits"},
		{p.Administrator, "administrators held to it"},
		{len(p.Checks) > 0, "checks " + strings.Join(p.Checks, ", ")},
	} {
		if one.holds {
			words += ", " + one.text
		}
	}
	return words
}
