package brief

import (
	"cmp"
	"fmt"
	"strings"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// headline says in one sentence what a reader has to know, the worst first.
func headline(b *Brief) string {
	if b.Nothing {
		if b.Files == (Files{}) {
			return "Nothing changes: no evidence is different."
		}
		return "Nothing changes: evidence is different, and no status, verdict, approval, due day or finding is."
	}
	var parts []string
	say := func(n int, one, many string) {
		switch n {
		case 0:
		case 1:
			parts = append(parts, "1 "+one)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	var worse, better, added, removed, verdicts int
	for i := range b.Subjects {
		s := &b.Subjects[i]
		switch {
		case s.Subject.Kind != "workload":
		case s.How == "added":
			added++
		case s.How == "removed":
			removed++
		case s.direction() < 0:
			worse++
		case s.direction() > 0:
			better++
		}
		for _, v := range s.Verdicts {
			if !v.Inherited {
				verdicts++
			}
		}
	}
	say(worse, "workload gets worse", "workloads get worse")
	lost, earned := 0, 0
	for i := range b.Approvals {
		switch a := &b.Approvals[i]; {
		case a.Lost():
			lost++
		case a.To == valid:
			earned++
		}
	}
	say(lost, "approval no longer counts", "approvals no longer count")
	say(errorsOf(b), "new error in evidence", "new errors in evidence")
	say(better, "workload gets better", "workloads get better")
	say(added, "workload is new", "workloads are new")
	say(removed, "workload leaves the register", "workloads leave the register")
	say(earned, "approval comes to count", "approvals come to count")
	say(verdicts, "verdict changes", "verdicts change")
	say(len(b.Due), "due day changes", "due days change")
	say(len(b.Bumps), "record has only its dates moved", "records have only their dates moved")
	if len(b.Rules) > 0 {
		parts = append(parts, "what evidence is judged by changes")
	}
	if len(parts) == 0 {
		return "No status, verdict, approval or due day changes; other things are said below."
	}
	return spelling.Capital(strings.Join(parts, "; ")) + "."
}

func errorsOf(b *Brief) int {
	n := 0
	for _, f := range b.Findings {
		if f.Severity == "error" {
			n++
		}
	}
	return n
}

// word writes a state as people do.
func word(state string) string {
	return strings.ReplaceAll(cmp.Or(state, "–"), "-", " ")
}

func who(r report.Ref) string {
	if r.Name == "" {
		return r.Kind + " " + r.ID
	}
	return r.Name + " (" + r.Kind + " " + r.ID + ")"
}

// section is one heading with what stands below it. Cells are text as it is in evidence; who writes them makes them harmless.
type section struct {
	title   string
	says    string // a sentence of ours
	columns []string
	rows    [][]string
}

// sections puts a brief in words. A section without rows is left out.
func sections(b *Brief) []section {
	all := effect(&b.Effect, "")
	if b.NewRules != nil {
		all = append(all, effect(b.NewRules, "Once merged: ")...)
	}
	all = append(all,
		section{"New findings", "What muniment check says of the head and not of the base.", []string{"Where", "What", "What to do"}, findings(b, true)},
		section{"Findings that go", "", []string{"Where", "What"}, findings(b, false)},
		section{
			"Only dates moved", "Nothing else in these records is different. A day that moves is no look at what it stands for: that is what a review record is for.",
			[]string{"Record", "Dates", "Review"},
			bumpRows(b.Bumps),
		},
		section{"Reviews that say the same, word for word", "Were they all looked at?", []string{"Reviews"}, copiedRows(b.Copied)},
	)
	var out []section
	for _, s := range all {
		if len(s.rows) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func effect(e *Effect, when string) []section {
	return []section{
		{when + "Status", "", []string{"Who", "Before", "After", "Why"}, statusRows(e)},
		{when + "Approvals", "", []string{"Workload", "Approval", "Before", "After", "Why", "Who can approve now"}, approvalRows(e)},
		{when + "Verdicts", "", []string{"Who", "Duty", "Before", "After", "Why"}, verdictRows(e)},
		{when + "Due days", "", []string{"Who", "What", "Before", "After"}, dueRows(e)},
	}
}

func statusRows(e *Effect) [][]string {
	var rows [][]string
	for i := range e.Subjects {
		s := &e.Subjects[i]
		row := []string{who(s.Subject), "not on record", "no longer on record", ""}
		if s.Before != nil {
			row[1] = word(s.Before.State)
		}
		if s.After != nil {
			row[2], row[3] = word(s.After.State), s.After.Sentence
		}
		if s.How == "moved" {
			row[0] += ", formerly " + s.Formerly
		}
		if s.How == "changed" && *s.Before == *s.After {
			continue // its verdicts say what there is to say
		}
		rows = append(rows, row)
	}
	return rows
}

// verdictRows lists each verdict once, at its own subject, with the number of workloads for which it counts too. A verdict of
// another that changes for one workload alone, because an exception or what it relies on changed, is listed there.
func verdictRows(e *Effect) [][]string {
	type own struct {
		obligation, from, to string
		subject              report.Ref
	}
	key := func(v *Verdict) own { return own{v.Obligation, v.From, v.To, v.Subject} }
	reach := map[own]int{}
	told := map[own]bool{}
	for i := range e.Subjects {
		for k := range e.Subjects[i].Verdicts {
			if v := &e.Subjects[i].Verdicts[k]; v.Inherited {
				reach[key(v)]++
			} else {
				told[key(v)] = true
			}
		}
	}
	var rows [][]string
	for i := range e.Subjects {
		s := &e.Subjects[i]
		for k := range s.Verdicts {
			v := &s.Verdicts[k]
			of := who(s.Subject)
			switch {
			case v.Inherited && told[key(v)]:
				continue
			case v.Inherited:
				of += ", through " + v.Subject.Kind + " " + v.Subject.ID
			case reach[key(v)] > 0:
				of += ", counting for " + workloads(reach[key(v)])
			}
			to := word(v.To)
			if !v.Until.IsZero() {
				to += " until " + v.Until.Short()
			}
			rows = append(rows, []string{of, v.Obligation + " " + v.Title + " (" + v.Strength + ")", word(v.From), to, reason(v)})
		}
	}
	return rows
}

func reason(v *Verdict) string {
	if v.To == "" {
		return "It does not apply any more."
	}
	text := ""
	if len(v.Reasons) > 0 {
		r := v.Reasons[0]
		text = r.Text
		if r.Local {
			text += " (local policy)"
		}
		if r.Place != "" {
			text += " " + r.Place
		}
	}
	if v.Remedy != "" {
		text += " To do: " + v.Remedy
	}
	return text
}

func approvalRows(e *Effect) [][]string {
	var rows [][]string
	for i := range e.Approvals {
		a := &e.Approvals[i]
		if a.To == superseded {
			continue // the newer one is told
		}
		now := ""
		if a.Lost() {
			now = a.Office + ": nobody holds the office"
			if len(a.Holders) > 0 {
				now = a.Office + ": " + strings.Join(a.Holders, ", ")
			}
		}
		before := word(a.From)
		if a.From == "" {
			before = "not there"
		}
		rows = append(rows, []string{who(a.Workload), a.Office + ", given by " + cmp.Or(a.By, "nobody who is appointed"), before, word(a.To), a.Text, now})
	}
	return rows
}

func dueRows(e *Effect) [][]string {
	var rows [][]string
	for _, d := range e.Due {
		before, after := "none", d.Due.On.Long()
		if !d.Before.IsZero() {
			before = d.Before.Long()
		}
		if d.Gone {
			after = "none"
		}
		what := d.Due.Obligation + " " + d.Due.Title + ": " + d.Due.Text
		if d.Due.Office != "" {
			what += " Office: " + word(d.Due.Office) + "."
		}
		if d.Due.Local {
			what += " (local policy)"
		}
		of := who(d.Due.Subject)
		if d.Due.Subject.Kind != "workload" && len(d.Due.Workloads) > 0 {
			of += ", reaching " + workloads(len(d.Due.Workloads))
		}
		rows = append(rows, []string{of, what, before, after})
	}
	return rows
}

func findings(b *Brief, fresh bool) [][]string {
	var rows [][]string
	list := b.Solved
	if fresh {
		list = b.Findings
	}
	for _, f := range list {
		row := []string{f.Place.String(), string(f.Severity) + ": " + f.Message + " [" + f.Code + "]"}
		if fresh {
			row = append(row, f.Remedy)
		}
		rows = append(rows, row)
	}
	return rows
}

func bumpRows(bumps []Bump) [][]string {
	var rows [][]string
	for _, b := range bumps {
		var dates []string
		for _, f := range b.Fields {
			dates = append(dates, f.Field+": "+f.Old+" to "+f.New)
		}
		review := "none in this change"
		if b.Review != "" {
			review = b.Review
		}
		rows = append(rows, []string{b.Path, strings.Join(dates, "; "), review})
	}
	return rows
}

func copiedRows(copies []Copied) [][]string {
	var rows [][]string
	for _, c := range copies {
		rows = append(rows, []string{fmt.Sprintf("%d reviews: %s", len(c.Paths), strings.Join(c.Paths, ", "))})
	}
	return rows
}

// warnings are what stands above everything else.
func warnings(b *Brief) []string {
	var out []string
	if len(b.Rules) > 0 {
		var what []string
		for _, sort := range []string{"schemas", "policy", "appointments", "workflows", "owners"} {
			for _, r := range b.Rules {
				if r.What == sort {
					what = append(what, sort)
					break
				}
			}
		}
		text := "This change alters what it is judged by: " + strings.Join(what, ", ") + ". It is judged by those of the base"
		if b.NewRules != nil {
			text += "; what the new policy and appointments change besides stands under “Once merged”"
		}
		out = append(out, text+".")
		for _, r := range b.Rules {
			if r.What == "schemas" {
				out = append(out, "What new schemas, obligations and registers will change shows only when the program holds them: it is not said here.")
				break
			}
		}
	}
	if b.Beside {
		out = append(out, "The head lacks commits that the base has, so what they brought shows as taken away. Bring the base in first, or compare with the merge of both.")
	}
	return out
}

// origin says what was compared.
func origin(b *Brief) string {
	return fmt.Sprintf("Judged as of %s: base %s, head %s, by rules %.12s. Evidence files: %d added, %d changed, %d removed.",
		b.AsOf.Long(), short(b.Base.Commit), short(b.Head.Commit), b.Schemas, b.Files.Added, b.Files.Changed, b.Files.Removed)
}

func short(commit string) string { return commit[:min(12, len(commit))] }

func workloads(n int) string {
	if n == 1 {
		return "1 workload"
	}
	return fmt.Sprintf("%d workloads", n)
}
