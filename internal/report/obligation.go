package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"example.org/muniment/internal/law"
	"example.org/muniment/internal/obligation"
)

// obligations shows every duty with how each subject stands under it.
func obligations(catalogue *obligation.Catalogue, r *Report) []Obligation {
	judged := map[string][]Judged{}
	add := func(of Ref, verdicts []Verdict) {
		for _, v := range verdicts {
			if !v.Inherited {
				judged[v.Obligation] = append(judged[v.Obligation], judgedOf(of, v))
			}
		}
	}
	for _, w := range r.Workloads {
		add(Ref{"workload", w.ID, w.Name}, w.Verdicts)
	}
	for _, o := range r.Organisations {
		add(Ref{"organisation", o.ID, o.Name}, o.Verdicts)
	}
	for _, s := range r.Suppliers {
		add(Ref{"supplier", s.ID, s.Name}, s.Verdicts)
	}
	for _, c := range r.Contracts {
		add(Ref{"contract", c.ID, c.Title}, c.Verdicts)
	}
	for _, f := range r.Footprints {
		add(Ref{"footprint", f.ID, f.Name}, f.Verdicts)
	}
	out := Obligations(catalogue)
	for i := range out {
		o := &out[i]
		o.Subjects = orEmpty(judged[o.ID])
		slices.SortStableFunc(o.Subjects, func(x, y Judged) int {
			return cmp.Or(StateRank(x.State)-StateRank(y.State), cmp.Compare(x.Subject.ID, y.Subject.ID))
		})
		for _, j := range o.Subjects {
			o.Counts[j.State]++
		}
	}
	return out
}

// Obligations words the catalogue, in its order. Nobody is counted or listed yet.
func Obligations(catalogue *obligation.Catalogue) []Obligation {
	out := make([]Obligation, 0, len(catalogue.Obligations))
	for _, o := range catalogue.Obligations {
		one := Obligation{
			ID: o.ID, Title: o.Title, Duty: o.Duty, Paragraph: paragraph(o), Strength: string(o.Strength), Subject: string(o.Subject),
			Applies: applies(o), From: o.From, To: o.To, Evidence: o.Evidence, Decidable: decidable[o.Decidable], Again: o.Again,
			Missing: missing(o), Remedy: o.Remedy, Kind: string(o.Kind), AliasOf: o.AliasOf, Tensions: o.Tensions,
			Counts: map[string]int{}, Subjects: []Judged{}, Offices: officesOf(o),
		}
		if d := catalogue.Documents[o.Source.Document]; d != nil {
			one.Document, one.URL, one.Nature = d.Title, d.URL, d.Nature
		}
		out = append(out, one)
	}
	return out
}

// officesOf gives the offices that a duty asks to act: those that must approve, or the one that the catalogue chose.
func officesOf(o *obligation.Obligation) []string {
	switch {
	case o.Approval != nil && len(o.Approval.Offices) > 0:
		return o.Approval.Offices
	case o.Office != "":
		return []string{string(o.Office)}
	}
	return nil
}

func judgedOf(of Ref, v Verdict) Judged {
	one := Judged{Subject: of, State: v.State, ExceptedUntil: v.ExceptedUntil}
	if len(v.Reasons) > 0 {
		one.Text = v.Reasons[0].Text
	}
	return one
}

// paragraph says where in its document a duty is found, so that a reader finds it.
func paragraph(o *obligation.Obligation) string {
	text := passage(o.Source.Document, o.Source.Paragraph)
	for i, p := range o.Source.Also {
		if i == 0 {
			text += "; also "
		} else {
			text += ", "
		}
		text += passage(o.Source.Document, p)
	}
	return text
}

// passage words one reference. The off-shoring guidance counts its opening bullets and its last section apart from its
// paragraphs, the innovation guidance has sections, and the diagnostics article has lines.
func passage(document, ref string) string {
	before, after, _ := strings.Cut(ref, " ")
	section, number, divided := strings.Cut(ref, ", ")
	switch {
	case before == "brief":
		return "“In brief”, bullet " + after
	case before == "loc":
		return "“Further detail on acceptable locations”, paragraph " + after
	case document == "DIA":
		return "lines " + ref
	case document == "INN" && divided && number[0] >= '0' && number[0] <= '9':
		return "“" + section + "”, paragraph " + number
	case document == "INN" && divided:
		return "“" + section + "”, " + number
	case document == "INN":
		return "“" + ref + "”"
	}
	return "paragraph " + ref
}

var decidable = map[string]string{
	"full":  "the files alone",
	"part":  "the files, as to presence and days; its substance needs a person",
	"human": "a person; the files show that somebody said so, who, and when",
}

// conditions say in words when a duty applies.
var conditions = map[obligation.Condition]string{
	"production":           "in production use, or an innovation workload whose purpose or data has left innovation",
	"innovation":           "declared as innovation",
	"live":                 "live",
	"proposed":             "proposed",
	"closed":               "closed",
	"personal":             "holding data about people",
	"confidential-patient": "holding confidential patient information",
	"outside-uk":           "with a place, provider, parent or support staff outside the United Kingdom",
	"place-outside-uk":     "with a place of the data outside the United Kingdom",
	"outside-adequate":     "with a place outside the UK, the EEA and countries adequate on the day",
	"us":                   "with a place of the data in the United States",
	"clinical":             "to which clinical safety standards apply",
	"highest-class":        "of profile class V",
	"class-3-or-higher":    "of profile class III, IV or V",
	"not-public-cloud":     "deployed on premises or in a private cloud",
	"public-cloud":         "deployed in a public cloud",
	"handles-data":         "that holds, processes or can reach data",
	"has-products":         "with products",
	"patient-records":      "with a product that holds patient records",
	"signed":               "that is signed",
	"procurement":          "in procurement",
	"extended":             "whose time limit was extended",
	"ended":                "past its end",
	"shared":               "shared in a footprint",
}

// applies says in words to what a duty applies: "each workload holding data about people and live".
func applies(o *obligation.Obligation) string {
	var when, unless []string
	for _, c := range o.When {
		when = append(when, cmp.Or(conditions[c], words(string(c))))
	}
	for _, c := range o.Unless {
		unless = append(unless, cmp.Or(conditions[c], words(string(c))))
	}
	text := "each " + string(o.Subject)
	if len(when) > 0 {
		text += " " + strings.Join(when, ", and ")
	}
	if len(unless) > 0 {
		text += "; not one " + strings.Join(unless, ", or ")
	}
	return text
}

// missing says in words what happens when a duty is not met.
func missing(o *obligation.Obligation) string {
	if o.AliasOf != "" {
		return "as for " + o.AliasOf
	}
	text := words(string(o.Missing))
	if o.MissingLive != "" {
		text += " before it is live, " + words(string(o.MissingLive)) + " once it is"
	}
	if o.Partial != "" && o.Partial != o.Missing {
		text += "; " + words(string(o.Partial)) + " when a part is absent"
	}
	if o.Renewal != nil || o.Lapsed != "" {
		text += "; " + words(string(cmp.Or(o.Lapsed, obligation.Overdue))) + " when the day for a new look has come"
	}
	return text
}

// NotFoundOf lists what no source was found for.
func NotFoundOf(l *law.Law) []NotFound {
	out := []NotFound{}
	for _, n := range l.NotFound {
		out = append(out, NotFound{n.What, n.Consequence})
	}
	return out
}

// TensionsOf lists disagreements between sources, T1 first.
func TensionsOf(l *law.Law) []Tension {
	out := []Tension{}
	for id, t := range l.Tensions {
		out = append(out, Tension{id, t.Text, t.Handling})
	}
	slices.SortFunc(out, func(x, y Tension) int { return number(x.ID) - number(y.ID) })
	return out
}

func number(id string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(id, "T"))
	return n
}
