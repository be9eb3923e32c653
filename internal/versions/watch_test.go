package versions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/versions"
)

// daily is a history of one commit a day, each with some files below evidence/ as they are from then on; an empty file is gone.
func daily(t *testing.T, days ...map[string]string) *versions.History {
	t.Helper()
	blobs, now := make(map[string]string), make(map[string]string)
	h := versions.New(reader(t), read(blobs))
	for i, files := range days {
		c := gitrepo.Change{Step: gitrepo.Step{Day: calendar.MustParse("2026-01-05").AddDays(i), Commit: gitrepo.Commit{ID: fmt.Sprint(i)}}}
		for name, text := range files {
			change := gitrepo.PathChange{Path: name, Old: now[name]}
			if text != "" {
				change.New, change.NewMode = fmt.Sprint(name, i), gitrepo.ModeFile
			}
			blobs[change.New], now[name] = text, change.New
			c.Paths = append(c.Paths, change)
		}
		slices.SortFunc(c.Paths, func(a, b gitrepo.PathChange) int { return slices.Compare([]byte(a.Path), []byte(b.Path)) })
		h.Add(c)
	}
	if err := h.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

const (
	trust      = "organisations/ZZ1/"
	workload   = "schema: muniment/v1\nkind: workload\nname: Archive\nsummary: Keeps images.\ntype: production\npurpose: direct-care\nphase: live\nstarted: 2026-01-01\ncontroller: ZZ1\nowner: {title: Manager, email: m@zz1.example.org}\nclinical: false\ndeployment: {model: public}\nsuppliers:\n  - {supplier: acme, role: hosting, contract: hosting}\n"
	supplier   = "schema: muniment/v1\nkind: supplier\nname: Acme\ncountry: GB\nhandlesData: true\ncontact: {title: Desk, email: desk@acme.example.org}\n"
	contract   = "schema: muniment/v1\nkind: contract\ntitle: Hosting\nsupplier: %s\nstage: signed\nsigned: 2025-01-01\nfrom: 2025-01-01\nto: %d-12-31\n"
	acceptance = "schema: muniment/v1\nkind: acceptance\nsupplier: %s\ndecision: accepted\nreason: It was read.\noffice: siro\nby: director\non: 2026-01-0%d\nnextReview: 2027-01-01\ncovers:\n  - {path: evidence/suppliers/%[1]s/supplier.yaml, sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}\n"
	people     = "schema: muniment/v1\nkind: appointments\npeople:\n  - {id: director, title: %s, email: d@zz1.example.org}\nappointments:\n  - {person: director, office: siro, from: 2024-01-01}\n"
)

func TestAWorkloadPassesOverWhatItCannotSee(t *testing.T) {
	t.Parallel()
	base := map[string]string{
		trust + "organisation.yaml": organisation, trust + "appointments.yaml": fmt.Sprintf(people, "Director"), trust + "workloads/archive/workload.yaml": workload,
		trust + "contracts/hosting.yaml": fmt.Sprintf(contract, "acme", 2027), trust + "contracts/other.yaml": fmt.Sprintf(contract, "other", 2027),
		trust + "suppliers/acme.yaml": fmt.Sprintf(acceptance, "acme", 1), trust + "suppliers/other.yaml": fmt.Sprintf(acceptance, "other", 1),
		"suppliers/acme/supplier.yaml": supplier, "suppliers/other/supplier.yaml": supplier,
	}
	for name, c := range map[string]struct {
		next map[string]string
		seen bool
	}{
		"its organisation did something of its own":     {map[string]string{trust + "organisation.yaml": organisation + "fictional: true\n"}, false},
		"its organisation closed":                       {map[string]string{trust + "organisation.yaml": organisation + "closed: 2026-01-05\n"}, true},
		"its organisation has another name":             {map[string]string{trust + "organisation.yaml": strings.Replace(organisation, "Example", "Sample", 1)}, true},
		"its organisation is refused":                   {map[string]string{trust + "organisation.yaml": organisation + "nonsense: 1\n"}, true},
		"its organisation is gone":                      {map[string]string{trust + "organisation.yaml": ""}, true},
		"somebody has another title":                    {map[string]string{trust + "appointments.yaml": fmt.Sprintf(people, "Registrar")}, true},
		"a local policy comes":                          {map[string]string{trust + "policy.yaml": "schema: muniment/v1\nkind: policy\n"}, true},
		"its contract is another":                       {map[string]string{trust + "contracts/hosting.yaml": fmt.Sprintf(contract, "acme", 2028)}, true},
		"another contract is another":                   {map[string]string{trust + "contracts/other.yaml": fmt.Sprintf(contract, "other", 2028)}, false},
		"another contract comes":                        {map[string]string{trust + "contracts/new.yaml": fmt.Sprintf(contract, "acme", 2028)}, false},
		"its supplier is accepted again":                {map[string]string{trust + "suppliers/acme.yaml": fmt.Sprintf(acceptance, "acme", 2)}, true},
		"another supplier is accepted again":            {map[string]string{trust + "suppliers/other.yaml": fmt.Sprintf(acceptance, "other", 2)}, false},
		"its supplier is accepted under another's name": {map[string]string{trust + "suppliers/other.yaml": fmt.Sprintf(acceptance, "acme", 2)}, false}, // which is refused
		"the acceptance of its supplier is refused":     {map[string]string{trust + "suppliers/acme.yaml": "nonsense: 1\n"}, true},
		"its supplier has another name":                 {map[string]string{"suppliers/acme/supplier.yaml": supplier + "# more\n"}, true},
		"a supplier that it does not use is another":    {map[string]string{"suppliers/other/supplier.yaml": supplier + "# more\n"}, false},
		"an attachment of its organisation comes":       {map[string]string{trust + "files/minutes.txt": "Minutes."}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := daily(t, base, c.next)
			f := h.Workload(h.NewDesk(), "ZZ1/archive")
			first, err := f.Enter(0)
			if err != nil || first == nil || len(first.Register.LeftOut) > 0 || first.Workload.Relies[0].Contract == nil || first.Workload.Relies[0].Acceptance == nil {
				t.Fatalf("the sample is wrong: %+v, %v", first, err)
			}
			if next := f.Next(); (next == 1) != c.seen {
				t.Errorf("the next state is %d, so it is seen: %v, want %v", next, next == 1, c.seen)
			}
			last, err := f.Last()
			if err != nil {
				t.Fatal(err)
			}
			if last == nil {
				return // with its organisation
			}
			for path := range c.next {
				if now, then := last.Register.At("evidence/"+path), first.Register.At("evidence/"+path); now != nil && now == then {
					t.Errorf("the last view shows %s as it was", path)
				}
			}
		})
	}
}

func TestAListedWorkloadLeadsToWhatIsThereNow(t *testing.T) {
	t.Parallel()
	base := map[string]string{
		trust + "organisation.yaml": organisation, trust + "workloads/archive/workload.yaml": workload,
		trust + "contracts/hosting.yaml": fmt.Sprintf(contract, "acme", 2027), "suppliers/acme/supplier.yaml": supplier,
	}
	for claim, path := range map[string]string{
		"of its organisation":         trust + "organisation.yaml",
		"of a contract of that":       trust + "contracts/hosting.yaml",
		"of its supplier":             "suppliers/acme/supplier.yaml",
		"of nothing that it rests on": "suppliers/other/supplier.yaml",
	} {
		h := daily(t, base, map[string]string{path: base[path] + "# more\n"}, map[string]string{trust + "organisation.yaml": organisation + "# still more\n"})
		f := h.Organisation("ZZ1", versions.Listed)
		for state := range h.States() {
			view, err := f.Enter(state)
			if err != nil || view == nil || len(view.Organisation.Workloads) != 1 {
				t.Fatalf("%s: %+v, %v", claim, view, err)
			}
			now := view.Organisation.Workloads[0]
			if own := now.Organisation.Record; own != view.Organisation.Record {
				t.Errorf("%s, state %d: the workload is kept by an organisation of before", claim, state)
			}
			rel := now.Relies[0]
			if want := view.Register.At(rel.Contract.Record.Path); rel.Contract.Record != want {
				t.Errorf("%s, state %d: the contract is one of before", claim, state)
			}
			if rel.Contract.Supplier != rel.Supplier {
				t.Errorf("%s, state %d: the workload and its contract lead to two suppliers", claim, state)
			}
		}
	}
}
