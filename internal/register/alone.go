package register

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/identifier"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

// checkName compares a file's place with what its record says: a record's id is its path, so the two must agree.
func (j *joiner) checkName(r *record.Record) {
	a := addressOf(r)
	wrong := func(field, message, remedy string) { j.refuse(r, r.At(field), "wrong-place", message, remedy) }
	switch facts := r.Value.(type) {
	case *record.Organisation:
		if facts.ODS != a.organisation {
			wrong("ods", "this code is not the name of the folder", "correct the code, or move the records to the folder of that code")
		}
		j.checkFolder(r, identifier.ODS(a.organisation))
	case *record.Supplier:
		j.checkFolder(r, identifier.Slug(a.supplier))
	case *record.Workload:
		j.checkFolder(r, identifier.Slug(path.Base(a.workload)))
	case *record.Acceptance:
		if facts.Supplier != a.name {
			wrong("supplier", "the file is called after another supplier", "rename the file after the supplier, or correct the supplier")
		}
	case *record.Approval:
		if want := facts.On.String() + "-" + string(facts.Office); a.name != want {
			wrong(j.part(a.name, facts.On, "office"), "the file is not called after the day and office of the approval", "rename the file to "+want+".yaml")
		}
		if home := cmp.Or(a.workload, a.organisation); facts.Subject != "" && facts.Subject != home {
			wrong("subject", "this approval is about something else than the folder it lies in, so it counts for nothing here", "have "+home+" approved anew; an approval does not move")
		}
	case *record.Review:
		if want := facts.On.String(); a.name != want {
			wrong("on", "the file is not called after the day of the review", "rename the file to "+want+".yaml")
		}
	case *record.Notice:
		slug, ok := strings.CutPrefix(a.name, facts.Received.String()+"-")
		if !ok || identifier.Slug(slug) != nil {
			wrong("received", "the file is not called after the day on which the notice arrived, with a short name after it",
				"rename the file to "+facts.Received.String()+"-<short-name>.yaml")
		}
	case *record.Certificate, *record.Product, *record.Contract, *record.Exception, *record.Footprint:
		if err := identifier.Slug(a.name); err != nil {
			j.refuse(r, finding.Place{Path: r.Path}, "wrong-place", "the file's name cannot serve as an id: "+err.Error(), "rename the file")
		}
	}
}

// part tells which half of a name such as 2026-11-22-dpo differs from the record.
func (*joiner) part(name string, on calendar.Date, rest string) string {
	if strings.HasPrefix(name, on.String()+"-") {
		return rest
	}
	return "on"
}

func (j *joiner) checkFolder(r *record.Record, err error) {
	if err != nil {
		j.fault(finding.Place{Path: r.Path}, "wrong-place", "the folder's name cannot serve as an id: "+err.Error(), "rename the folder")
	}
}

// orders lists days of which the first must not come after the last, by kind and group of fields. In groups that end in a
// star every entry of a list is looked at.
var orders = map[record.Kind][]struct{ group, first, last string }{
	record.KindApproval:     {{"", "on", "to"}},
	record.KindReview:       {{"", "on", "next"}},
	record.KindException:    {{"", "from", "to"}},
	record.KindAcceptance:   {{"", "on", "nextReview"}},
	record.KindAppointments: {{"appointments.*", "from", "to"}},
	record.KindFootprint:    {{"", "from", "to"}, {"members.*", "from", "to"}},
	record.KindWorkload:     {{"timeLimit", "start", "end"}, {"extensions.*", "from", "to"}},
	record.KindAssessment:   {{"locations.places.*", "from", "to"}, {"transfers.*", "signed", "to"}},
	record.KindDPIA:         {{"", "completed", "nextReview"}, {"priorConsultation", "sent", "answered"}},
	record.KindCertificate:  {{"", "issued", "expires"}, {"", "periodStart", "periodEnd"}},
	record.KindNotice:       {{"", "sent", "received"}},
	record.KindContract:     {{"", "from", "to"}, {"", "noticeBy", "to"}},
}

// checkOrder finds days that are in the wrong order. Days are written so that the order of text is the order of days.
func (j *joiner) checkOrder(r *record.Record) {
	for _, o := range orders[r.Kind] {
		for _, group := range groups(r.Tree(), o.group) {
			first, last := group.Get(o.first), group.Get(o.last)
			if first != nil && last != nil && last.Text < first.Text {
				j.refuse(r, place(r, last), "date-order", o.last+" comes before "+o.first, "correct one of the two days", place(r, first))
			}
		}
	}
}

// uniques lists the lists whose entries must differ, and the field that tells them apart; none for plain values.
var uniques = map[record.Kind][]struct{ list, key string }{
	record.KindAppointments: {{"people", "id"}},
	record.KindAssessment:   {{"risks", "id"}, {"controls", "id"}},
	record.KindOrganisation: {{"dspt", "year"}},
	record.KindCosts:        {{"months", "month"}},
	record.KindFootprint:    {{"responsibilities", "control"}, {"sharedWorkloads", ""}},
	record.KindWorkload:     {{"dependsOn", ""}},
	record.KindContract:     {{"products", ""}},
	record.KindSupplier:     {{"answers.items", "question"}},
	record.KindApproval:     {{"covers", "path"}},
	record.KindAcceptance:   {{"covers", "path"}},
}

func (j *joiner) checkUnique(r *record.Record) {
	for _, u := range uniques[r.Kind] {
		list := r.Tree().Lookup(u.list)
		if list == nil {
			continue
		}
		seen := make(map[string]*tree.Node, len(list.Items))
		for _, item := range list.Items {
			if u.key != "" {
				item = item.Get(u.key)
			}
			if before, ok := seen[item.Text]; ok {
				j.refuse(r, place(r, item), "duplicate-id", "this is listed twice, first on line "+strconv.Itoa(before.Line),
					"delete one of the two entries, or give it a name of its own", place(r, before))
				continue
			}
			seen[item.Text] = item
		}
	}
}

// groups gives the groups of fields at a path, each entry of a list when the path ends in a star.
func groups(root *tree.Node, at string) []*tree.Node {
	list, each := strings.CutSuffix(at, ".*")
	n := root.Lookup(list)
	switch {
	case n == nil:
		return nil
	case each:
		return n.Items
	}
	return []*tree.Node{n}
}

func place(r *record.Record, n *tree.Node) finding.Place {
	return finding.Place{Path: r.Path, Line: n.Line, Column: n.Column}
}

// checkControls finds risks that are answered by controls which the assessment does not hold. OFF 20.
func (j *joiner) checkControls(r *record.Record, facts *record.Assessment) {
	known := make(map[string]bool, len(facts.Controls))
	var names []string
	for _, c := range facts.Controls {
		known[c.ID] = true
		names = append(names, c.ID)
	}
	slices.Sort(names)
	for i, risk := range facts.Risks {
		for k, id := range risk.Controls {
			if known[id] {
				continue
			}
			remedy := "add it to controls, or correct the name"
			if name := j.suggest(id, func() []string { return names }); name != "" {
				remedy = "did you mean " + display(name) + "? otherwise add it to controls"
			}
			field := "risks." + strconv.Itoa(i) + ".controls." + strconv.Itoa(k)
			j.refuse(r, r.At(field), "unknown-control", "there is no control "+display(id)+" in this assessment", remedy)
		}
	}
}

// checkSpells finds memberships of one organisation that overlap. DIA 26-45: codes, dates, no overlap.
func (j *joiner) checkSpells(r *record.Record, facts *record.Footprint) {
	spells := make([]spell, len(facts.Members))
	for i, m := range facts.Members {
		spells[i] = spell{m.Organisation, m.Organisation, calendar.Window{From: m.From, To: m.To}, "members." + strconv.Itoa(i)}
	}
	for _, clash := range clashes(spells) {
		j.refuse(r, r.At(clash.later.field+".from"), "overlap", "this organisation is already a member on that day",
			"end the membership before, or merge the two", r.At(clash.earlier.field))
	}
}
