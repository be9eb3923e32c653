package obligation_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata"

	"example.org/muniment/internal/assess"

	"golang.org/x/tools/txtar"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/schema"
	"example.org/muniment/internal/tree"
	"example.org/muniment/internal/versions"
	"example.org/muniment/schemas"
)

func TestEveryNameSaysWhatItReads(t *testing.T) {
	t.Parallel()
	for name, reads := range obligation.Named() {
		if reads == 0 {
			t.Errorf("%s does not", name)
		}
	}
	for _, o := range catalogue().Obligations {
		if o.Reads() == 0 {
			t.Errorf("%s reads nothing", o.ID)
		}
	}
}

// TestReadsOfFollowsTheHomesOfRecords: each home of a record has its sort, which is that of its kind.
func TestReadsOfFollowsTheHomesOfRecords(t *testing.T) {
	t.Parallel()
	sorts := map[record.Kind]obligation.Reads{
		record.KindPolicy: obligation.ReadsPolicy, record.KindOrganisation: obligation.ReadsOrganisation, record.KindAppointments: obligation.ReadsAppointments,
		record.KindFootprint: obligation.ReadsFootprints, record.KindWorkload: obligation.ReadsWorkload, record.KindAssessment: obligation.ReadsAssessment,
		record.KindDPIA: obligation.ReadsDPIA, record.KindExitPlan: obligation.ReadsExitPlan, record.KindCosts: obligation.ReadsCosts,
		record.KindApproval: obligation.ReadsApprovals, record.KindReview: obligation.ReadsReviews, record.KindException: obligation.ReadsExceptions,
		record.KindSupplier: obligation.ReadsSupplier, record.KindCertificate: obligation.ReadsCertificates, record.KindPrinciples: obligation.ReadsPrinciples,
		record.KindNotice: obligation.ReadsNotices, record.KindProduct: obligation.ReadsProducts, record.KindContract: obligation.ReadsContracts,
		record.KindAcceptance: obligation.ReadsAcceptances,
	}
	const own = "evidence/organisations/ZZ1/workloads/archive/workload.yaml"
	names := strings.NewReplacer("<ods>", "ZZ1", "<workload>", "archive", "<date>", "2026-01-01", "<", "", ">", "")
	for _, home := range record.Homes() {
		path, want := names.Replace(home.Path), sorts[home.Kind]
		if home.Kind == record.KindApproval && !strings.Contains(path, "/workloads/") {
			want = obligation.ReadsAppointments // it says who may decide
		}
		if got := obligation.ReadsOf(obligation.OfWorkload, own, path); got != want {
			t.Errorf("%s is read as %b, want %b", path, got, want)
		}
		if sig := path + record.SignatureEnding; home.Kind == record.KindApproval && obligation.ReadsOf(obligation.OfWorkload, own, sig) != want {
			t.Errorf("%s is not read as what it is a signature of", sig)
		}
		for _, other := range []string{path + "x", path + "/x", "x/" + path, strings.Replace(path, ".yaml", ".md", 1), strings.Replace(path, "/", "//", 1)} {
			if _, ok := record.KindOf(other); !ok && obligation.ReadsOf(obligation.OfWorkload, own, other) != 0 {
				t.Errorf("%s is no record and is read", other)
			}
		}
	}
	for _, c := range []struct {
		kind      obligation.SubjectKind
		own, path string
		want      obligation.Reads
	}{
		{obligation.OfWorkload, own, "evidence/organisations/ZZ1/workloads/archive/files/a.pdf", obligation.ReadsFiles},
		{obligation.OfWorkload, own, "evidence/organisations/ZZ1/workloads/archive/reviews/files/a.yaml", obligation.ReadsFiles},
		{obligation.OfWorkload, own, "evidence/organisations/ZZ1/workloads/archive2/files/a.pdf", obligation.ReadsOthers},
		{obligation.OfWorkload, own, "evidence/organisations/ZZ2/workloads/archive/assessment.yaml", obligation.ReadsOthers},
		{obligation.OfWorkload, own, "evidence/organisations/ZZ2/appointments.yaml", obligation.ReadsAppointments},
		{obligation.OfWorkload, own, "evidence/organisations/ZZ1/files/a.pdf", obligation.ReadsOrganisationFiles},
		{obligation.OfWorkload, own, "evidence/suppliers/acme/files/2026/a.pdf", obligation.ReadsSupplierFiles},
		{obligation.OfWorkload, own, "evidence/README.md", 0},
		{obligation.OfOrganisation, "evidence/organisations/ZZ1/organisation.yaml", "evidence/organisations/ZZ1/appointments.yaml", obligation.ReadsAppointments | obligation.ReadsOthers},
		{obligation.OfOrganisation, "evidence/organisations/ZZ1/organisation.yaml", "evidence/organisations/ZZ2/appointments.yaml", obligation.ReadsOthers},
		{obligation.OfOrganisation, "evidence/organisations/ZZ1/organisation.yaml", own, obligation.ReadsOthers},
		{obligation.OfOrganisation, "evidence/organisations/ZZ1/organisation.yaml", "evidence/policy.yaml", obligation.ReadsPolicy | obligation.ReadsOthers},
		{obligation.OfOrganisation, "evidence/organisations/ZZ1/organisation.yaml", "evidence/footprints/north.yaml", obligation.ReadsOthers},
		{obligation.OfSupplier, "evidence/suppliers/acme/supplier.yaml", "evidence/suppliers/acme/products/archive.yaml", obligation.ReadsProducts | obligation.ReadsOthers},
		{obligation.OfSupplier, "evidence/suppliers/acme/supplier.yaml", "evidence/suppliers/other/supplier.yaml", obligation.ReadsOthers},
		{obligation.OfContract, "evidence/organisations/ZZ1/contracts/a.yaml", "evidence/organisations/ZZ1/contracts/a.yaml", obligation.ReadsContracts | obligation.ReadsOthers},
		{obligation.OfContract, "evidence/organisations/ZZ1/contracts/a.yaml", "evidence/organisations/ZZ1/contracts/b.yaml", obligation.ReadsOthers},
		{obligation.OfContract, "evidence/organisations/ZZ1/contracts/a.yaml", "evidence/suppliers/acme/products/archive.yaml", obligation.ReadsProducts | obligation.ReadsOthers},
		{obligation.OfFootprint, "evidence/footprints/north.yaml", "evidence/footprints/north.yaml", obligation.ReadsFootprints | obligation.ReadsOthers},
		{obligation.OfFootprint, "evidence/footprints/north.yaml", "evidence/footprints/south.yaml", obligation.ReadsOthers},
		{obligation.OfFootprint, "evidence/footprints/north.yaml", "evidence/organisations/ZZ1/organisation.yaml", obligation.ReadsOrganisation | obligation.ReadsOthers},
		{obligation.OfFootprint, "evidence/footprints/north.yaml", "evidence/README.md", 0},
	} {
		if got := obligation.ReadsOf(c.kind, c.own, c.path); got != c.want {
			t.Errorf("a %s at %s reads %s as %b, want %b", c.kind, c.own, c.path, got, c.want)
		}
	}
}

// evidence is what a register is joined of.
type evidence struct {
	records []*record.Record
	files   map[string]string
}

func (e evidence) joined() *register.Register {
	reg, _ := register.New(e.records, e.files)
	return reg
}

// evidenceOf takes a register apart.
func evidenceOf(reg *register.Register) evidence {
	files := maps.Clone(reg.Files)
	for _, r := range reg.Records {
		files[r.Path] = r.Digest
	}
	return evidence{reg.Records, files}
}

// samples are the registers that are taken apart: the one in which every duty is met, the living example and two made-up ones.
var samples = sync.OnceValue(func() map[string]*register.Register {
	list := map[string]*register.Register{"example": must(load.Tree(context.Background(), os.DirFS(filepath.Join("..", "..")), load.Options{})).Register}
	archive := must(txtar.ParseFile("testdata/valid.txtar"))
	files := make(fstest.MapFS)
	for _, f := range archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	fill(files)
	list["valid"] = must(load.Tree(context.Background(), files, load.Options{})).Register
	for _, seed := range []uint64{3, 8} {
		list[fmt.Sprintf("demo %d", seed)] = made(demo.Options{Seed: seed, Organisations: 4, Workloads: 9, Suppliers: 5, Years: 4, Commits: 160, Bare: true, Stated: true})
	}
	return list
})

// made is the last state of a made-up history.
func made(o demo.Options) *register.Register {
	dir := must(os.MkdirTemp("", "muniment"))
	defer os.RemoveAll(dir)
	must(demo.Write(context.Background(), filepath.Join(dir, "demo"), o))
	repo := must(gitrepo.Open(filepath.Join(dir, "demo"), time.UTC))
	defer repo.Close()
	return must(load.Tree(context.Background(), must(repo.FS(must(repo.Head()), "")), load.Options{})).Register
}

// thing is a subject with what tells it apart.
type thing struct {
	id, own string // own is the path of its record
	obligation.Subject
}

// things lists the subjects of a register, and suppliers narrowed down to each of their products.
func things(reg *register.Register) []thing {
	var list []thing
	for id, s := range subjects(reg) {
		var own *record.Record
		switch {
		case s.Workload != nil:
			own = s.Workload.Record
		case s.Organisation != nil:
			own = s.Organisation.Record
		case s.Supplier != nil:
			own = s.Supplier.Record
			for _, p := range s.Supplier.Products {
				list = append(list, thing{id + " only " + p.ID, own.Path, obligation.Subject{Register: reg, Supplier: s.Supplier, Only: []*register.Product{p}}})
			}
		case s.Contract != nil:
			own = s.Contract.Record
		default:
			own = s.Footprint.Record
		}
		list = append(list, thing{id, own.Path, s})
	}
	slices.SortFunc(list, func(a, b thing) int { return cmp.Compare(a.id, b.id) })
	return list
}

// seen is everything that can be asked of one judgement.
type seen struct {
	outcome obligation.Outcome
	until   calendar.Date
	turns   []obligation.Turn
}

func look(o *obligation.Obligation, s obligation.Subject, l *law.Law, day calendar.Date) seen {
	spell := obligation.Stand(o, s, l, day)
	return seen{obligation.Judge(o, s, l, day), spell.Until, spell.Turns()}
}

// besides is what is asked of a workload beside duties, each with what it reads.
func besides(s obligation.Subject, l *law.Law, day calendar.Date) map[string]beside {
	w := s.Workload
	if w == nil {
		return nil
	}
	production, closed, until := obligation.Standing(s, l, day)
	_, because := obligation.Production(s, l, day)
	list := map[string]beside{
		"standing":  {fmt.Sprint(production, closed, until, because), obligation.StandingReads},
		"footings":  {fmt.Sprint(obligation.Footings(s, l, day)), obligation.FootingReads},
		"transfers": {fmt.Sprint(obligation.Transfers(s, l, day)), obligation.FootingReads},
	}
	for _, e := range w.Exceptions {
		list["exception "+e.Record.Path] = beside{fmt.Sprint(assess.JudgeException(s.Register, w, e, day)), obligation.ExceptionReads}
	}
	return list
}

type beside struct {
	answer string
	reads  obligation.Reads
}

// TestADutyReadsWhatItSays takes files out of four registers, and changes them, and wants of every duty that does not read the
// file, as it says of itself, the very same outcome and the very same days. It asks of every subject around the file, and of
// one in ten of the others. What duties are seen to read when a file is taken out is compared with a few that are known, so that
// a duty that said less would be found out.
func TestADutyReadsWhatItSays(t *testing.T) {
	t.Parallel()
	shows := &shown{reads: make(map[string]obligation.Reads)}
	t.Run("registers", func(t *testing.T) {
		for _, name := range slices.Sorted(maps.Keys(samples())) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				run := readsRun{t: t, reg: samples()[name], shows: shows, days: readsDays, every: 3, nudges: 1, random: rand.New(rand.NewPCG(5, 11))}
				switch {
				case name == "valid":
					run.every, run.nudges = 1, 12
				case name == "example":
					run.every = 7
				}
				if testing.Short() {
					run.every, run.nudges, run.days = 12*run.every, 1, readsDays[2:3]
				}
				run.check()
			})
		}
	})
	if testing.Short() {
		return
	}
	for id, reads := range map[string]obligation.Reads{
		"OFF-01":  obligation.ReadsAssessment | obligation.ReadsReviews | obligation.ReadsPolicy,
		"OFF-02a": obligation.ReadsAssessment | obligation.ReadsDPIA | obligation.ReadsApprovals | obligation.ReadsPolicy,
		"OFF-06":  obligation.ReadsAssessment | obligation.ReadsApprovals,
		"OFF-24b": obligation.ReadsAcceptances | obligation.ReadsPrinciples | obligation.ReadsCertificates | obligation.ReadsPolicy,
		"OFF-25":  obligation.ReadsPrinciples,
		"OFF-28":  obligation.ReadsCertificates,
		"OFF-30":  obligation.ReadsPolicy,
		"INN-09":  obligation.ReadsApprovals | obligation.ReadsPolicy,
		"INN-12":  obligation.ReadsCosts,
		"INN-13a": obligation.ReadsExitPlan | obligation.ReadsReviews,
		"NWS-06b": obligation.ReadsNotices,
		"VIS-02":  obligation.ReadsProducts,
		"VIS-10":  obligation.ReadsProducts,
		"VIS-11":  obligation.ReadsOthers,
		"VIS-12b": obligation.ReadsPolicy,
	} {
		if missed := reads &^ shows.reads[id]; missed != 0 {
			t.Errorf("nothing in the sample shows that %s reads %v", id, names(missed))
		}
	}
}

// TestADutyReadsFilesElsewhere: one file is another, and the duty comes to another answer. It must say that it reads that.
func TestADutyReadsFilesElsewhere(t *testing.T) {
	t.Parallel()
	second := "evidence/organisations/ZZ1/workloads/second/workload.yaml"
	other := "schema: muniment/v1\nkind: workload\nname: Second trial\nsummary: Tries.\ntype: %s\npurpose: trial\nphase: live\nstarted: 2026-05-01\ncontroller: ZZ1\nowner: {title: Manager, email: m@zz1.example.org}\nclinical: false\ndeployment: {model: public}\nsuppliers: []\n"
	minutes, scheme, report := "evidence/organisations/ZZ1/workloads/archive/files/minutes.txt", "evidence/organisations/ZZ1/files/scheme.txt", "evidence/suppliers/acme/files/report.txt"
	covering := func(decision, file string) []edit {
		return append(change(decision, "covers:\n", "covers:\n  - path: "+file+"\n    sha256: \"{"+file+"}\"\n"), edit{file: file, new: "What it says."})
	}
	located := change("archive/reviews/2026-08-10.yaml", "of: [assessment", "of: [locations, assessment")
	for _, c := range []struct {
		duty, subject   string
		base, different []edit
		want            obligation.Reads
	}{
		{
			"INN-03", trial, append(change(trialFile, "separation:", "dependsOn: [ZZ1/second]\nseparation:"), edit{file: second, new: fmt.Sprintf(other, "innovation")}),
			[]edit{{file: second, new: fmt.Sprintf(other, "production")}},
			obligation.ReadsOthers,
		},
		{"DIA-02", north, nil, change("ZZ1/organisation.yaml", "name: ", "closed: 2026-10-31\nname: "), obligation.ReadsOrganisation},
		{"OFF-04", archive, nil, change("ZZ1/organisation.yaml", "name: ", "closed: 2026-10-31\nname: "), obligation.ReadsOrganisation},
		{"OFF-01", archive, located, change("ZZ1/appointments.yaml", "office: siro, from: 2024-01-01", "office: siro, from: 2024-01-01, to: 2026-08-09"), obligation.ReadsAppointments},
		{"OFF-02a", archive, nil, change("ZZ1/appointments.yaml", "office: siro, from: 2024-01-01", "office: siro, from: 2024-01-01, to: 2026-08-09"), obligation.ReadsAppointments},
		{"OFF-02a", archive, covering("approvals/2026-02-15-siro.yaml", minutes), []edit{{file: minutes, new: "Other minutes."}}, obligation.ReadsFiles},
		{"OFF-02a", archive, covering("approvals/2026-02-15-siro.yaml", scheme), []edit{{file: scheme, new: "Another scheme."}}, obligation.ReadsOrganisationFiles},
		{"OFF-24b", archive, covering("suppliers/acme.yaml", report), []edit{{file: report, new: "Another report."}}, obligation.ReadsSupplierFiles},
		{"OFF-32", archive, nil, change("acme/supplier.yaml", "name: Acme", "parent: {name: Mother, country: BR}\nname: Acme"), obligation.ReadsSupplier},
		{
			"VIS-11", trust, changes("ZZ1/organisation.yaml", "upgrades:\n  - {what: Move to the new edition., due: 2027-03-31, owner: Integration manager, gap: Interfaces of the laboratory}\n", ""),
			partly(), obligation.ReadsOthers,
		},
	} {
		base, changed := valid(t, c.base...), valid(t, slices.Concat(c.base, late(c.different))...)
		o := catalogue().Get(c.duty)
		if reflect.DeepEqual(look(o, subjects(base)[c.subject], laws(), today), look(o, subjects(changed)[c.subject], laws(), today)) {
			t.Errorf("%s of %s is the same", c.duty, c.subject)
		}
		if o.Reads()&c.want == 0 {
			t.Errorf("%s does not say that it reads %v", c.duty, names(c.want))
		}
		for _, problem := range unread(base, changed, today) {
			t.Error(problem)
		}
	}
}

// TestADutyNeedsTheLawThatItReads: without all other parts of the registers it comes to the same answer.
func TestADutyNeedsTheLawThatItReads(t *testing.T) {
	t.Parallel()
	for _, name := range slices.Sorted(maps.Keys(samples())) {
		days := readsDays
		if testing.Short() {
			days = days[2:3]
		}
		for _, day := range days {
			for _, s := range things(samples()[name]) {
				for _, o := range dutiesOf(s) {
					if !reflect.DeepEqual(look(o, s.Subject, laws(), day), look(o, s.Subject, lawRead(o.Reads()), day)) {
						t.Errorf("%s: %s of %s is another on %s without the law that it does not say it reads", name, o.ID, s.id, day)
					}
				}
			}
		}
	}
}

// lawRead gives the parts of the registers that something reads.
func lawRead(reads obligation.Reads) *law.Law {
	part := new(law.Law)
	if reads&obligation.ReadsPlaces != 0 { // what is derived from them comes with them
		*part = *laws()
		part.Schemes, part.ToolkitYears, part.Standards, part.Sets = nil, nil, nil, nil
	}
	if reads&obligation.ReadsSchemes != 0 {
		part.Schemes, part.ToolkitYears = laws().Schemes, laws().ToolkitYears
	}
	if reads&obligation.ReadsStandards != 0 {
		part.Standards = laws().Standards
	}
	if reads&obligation.ReadsSets != 0 {
		part.Sets = laws().Sets
	}
	return part
}

// TestLawTurnsNothingElse: a duty that reads nothing of what changes on a day comes to the same answer as on the day before, unless it
// named the day.
func TestLawTurnsNothingElse(t *testing.T) {
	t.Parallel()
	turns := obligation.LawTurns(laws())
	if len(turns) < 10 {
		t.Fatalf("law turns on %d days", len(turns))
	}
	stays := func(what string, before, after obligation.Spell, day calendar.Date) {
		if (before.Until.IsZero() || day.Before(before.Until)) && (before.State != after.State || !slices.Equal(before.Reasons, after.Reasons)) {
			t.Errorf("%s is another on %s, of which it reads nothing that changes", what, day)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(samples())) {
		for i, s := range things(samples()[name]) {
			if testing.Short() && i%5 > 0 {
				continue
			}
			for day, part := range turns {
				for _, o := range dutiesOf(s) {
					if o.Reads()&part == 0 {
						stays(fmt.Sprintf("%s: %s of %s", name, o.ID, s.id), obligation.Stand(o, s.Subject, laws(), day.AddDays(-1)), obligation.Stand(o, s.Subject, laws(), day), day)
					}
				}
			}
		}
	}
}

// TestWorkloadsAreReadByFewDutiesOfOtherSubjects names the duties for which the workloads of a supplier, an organisation, a
// contract or a footprint must be at hand. Without them every other duty comes to the same answer.
func TestWorkloadsAreReadByFewDutiesOfOtherSubjects(t *testing.T) {
	t.Parallel()
	var list []string
	for _, o := range catalogue().Obligations {
		if o.Subject != obligation.OfWorkload && o.Reads()&obligation.ReadsOthers != 0 {
			list = append(list, o.ID)
		}
	}
	if want := []string{"VIS-11"}; !slices.Equal(list, want) {
		t.Errorf("workloads are read by %v, want %v", list, want)
	}
	for _, name := range slices.Sorted(maps.Keys(samples())) {
		for _, s := range things(samples()[name]) {
			alone := withoutWorkloads(s.Subject)
			for _, o := range dutiesOf(s) {
				if s.Workload == nil && o.Reads()&obligation.ReadsOthers == 0 && !reflect.DeepEqual(look(o, s.Subject, laws(), today), look(o, alone, laws(), today)) {
					t.Errorf("%s: %s of %s is another without workloads", name, o.ID, s.id)
				}
			}
		}
	}
}

// withoutWorkloads gives a subject of which no workload is known.
func withoutWorkloads(s obligation.Subject) obligation.Subject {
	switch {
	case s.Organisation != nil:
		o := *s.Organisation
		o.Workloads, s.Organisation = nil, &o
	case s.Supplier != nil:
		o := *s.Supplier
		o.Workloads, s.Supplier = nil, &o
	case s.Contract != nil:
		o := *s.Contract
		o.Workloads, s.Contract = nil, &o
	case s.Footprint != nil:
		o := *s.Footprint
		o.Workloads, s.Footprint = nil, &o
	}
	return s
}

// TestOfAnOrganisationAWorkloadSeesLittle: of its organisations' own records a workload sees the face, and of their contracts and
// acceptances those of what it relies on. Histories pass over every other change there, so no duty may come to another answer without
// the rest.
func TestOfAnOrganisationAWorkloadSeesLittle(t *testing.T) {
	t.Parallel()
	for _, name := range slices.Sorted(maps.Keys(samples())) {
		for _, s := range things(samples()[name]) {
			if s.Workload == nil {
				continue
			}
			little := withLittleAround(s.Subject)
			for _, day := range readsDays {
				for _, o := range dutiesOf(s) {
					if !reflect.DeepEqual(look(o, s.Subject, laws(), day), look(o, little, laws(), day)) {
						t.Errorf("%s: %s of %s is another on %s when its organisations show little", name, o.ID, s.id, day)
					}
				}
				if !reflect.DeepEqual(besides(s.Subject, laws(), day), besides(little, laws(), day)) {
					t.Errorf("%s: how %s stands is another on %s when its organisations show little", name, s.id, day)
				}
			}
		}
	}
}

// withLittleAround gives a workload with organisations that keep nothing but what it sees.
func withLittleAround(s obligation.Subject) obligation.Subject {
	w := *s.Workload
	little := func(from *register.Organisation) *register.Organisation {
		o := *from
		face := register.FaceOf(o.Record)
		o.Facts = &record.Organisation{Name: face.Name, Closed: face.Closed, SucceededBy: face.SucceededBy}
		o.Contracts = slices.DeleteFunc(slices.Clone(o.Contracts), func(c *register.Contract) bool {
			return !slices.ContainsFunc(w.Relies, func(r register.Reliance) bool { return r.Contract == c })
		})
		o.Acceptances = slices.DeleteFunc(slices.Clone(o.Acceptances), func(a *register.Acceptance) bool {
			return !slices.ContainsFunc(w.Relies, func(r register.Reliance) bool { return r.Acceptance == a })
		})
		return &o
	}
	same := w.Controller == w.Organisation
	w.Organisation, w.Controller = little(w.Organisation), little(w.Controller)
	if same {
		w.Controller = w.Organisation
	}
	s.Workload = &w
	return s
}

// unread tells of every duty that another register gives another outcome, or other days, though no file differs that it reads.
func unread(base, other *register.Register, day calendar.Date) (problems []string) {
	differ := differing(base, other)
	old := make(map[string]thing)
	for _, s := range things(base) {
		old[s.id] = s
	}
	for _, s := range things(other) {
		var as obligation.Reads
		for _, p := range differ {
			as |= obligation.ReadsOf(s.Kind(), s.own, p)
		}
		before, there := old[s.id]
		for _, o := range dutiesOf(s) {
			if there && o.Reads()&as == 0 && !reflect.DeepEqual(look(o, before.Subject, laws(), day), look(o, s.Subject, laws(), day)) {
				problems = append(problems, fmt.Sprintf("%s of %s is another on %s and says that it reads none of %v", o.ID, s.id, day, names(as)))
			}
		}
	}
	return problems
}

// differing lists the files that are not the same in two registers.
func differing(a, b *register.Register) []string {
	x, y := evidenceOf(a).files, evidenceOf(b).files
	var list []string
	for path := range x {
		if x[path] != y[path] {
			list = append(list, path)
		}
	}
	for path := range y {
		if _, there := x[path]; !there {
			list = append(list, path)
		}
	}
	return list
}

// shown gathers what the sample shows that duties read: where a duty came to another answer and one sort alone tells why.
type shown struct {
	mu    sync.Mutex
	reads map[string]obligation.Reads
}

func (s *shown) add(id string, reads obligation.Reads) {
	if reads&(reads-1) != 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads[id] |= reads
}

var readsDays = []calendar.Date{calendar.MustParse("2021-03-31"), calendar.MustParse("2024-09-02"), calendar.MustParse("2026-11-22"), calendar.MustParse("2027-08-15")}

// readsRun is the test of one register.
type readsRun struct {
	t      *testing.T
	reg    *register.Register
	shows  *shown
	days   []calendar.Date
	every  int // one file in so many
	nudges int // changes of each
	random *rand.Rand

	before  map[readsKey]seen
	besides map[string]map[string]beside
	around  map[string]map[string]bool // by subject: the groups of files around it
}

type readsKey struct {
	day  calendar.Date
	id   string
	duty *obligation.Obligation
}

const takenOut = "taken out"

func (run *readsRun) check() {
	run.before, run.besides, run.around = make(map[readsKey]seen), make(map[string]map[string]beside), make(map[string]map[string]bool)
	for _, s := range things(run.reg) {
		run.around[s.id] = around(s)
		for _, day := range run.days {
			run.besides[day.String()+s.id] = besides(s.Subject, laws(), day)
			for _, o := range dutiesOf(s) {
				run.before[readsKey{day, s.id, o}] = look(o, s.Subject, laws(), day)
			}
		}
	}
	whole := evidenceOf(run.reg)
	nudge := newNudger(run.random)
	for i, path := range slices.Sorted(maps.Keys(whole.files)) {
		if i%run.every != 0 {
			continue
		}
		run.compare(path, takenOut, whole.without(path).joined(), run.days...)
		r := run.reg.At(path)
		if r == nil {
			run.compare(path, "changed", whole.with(path, nil).joined(), run.days...)
			continue
		}
		for range run.nudges {
			if r, what := nudge.other(r); r != nil {
				run.compare(path, what, whole.with(path, r).joined(), run.days[run.random.IntN(len(run.days))])
			}
		}
	}
}

func dutiesOf(s thing) []*obligation.Obligation {
	return slices.DeleteFunc(slices.Clone(catalogue().Obligations), func(o *obligation.Obligation) bool { return o.Subject != s.Kind() })
}

// compare judges a register in which one file is another.
func (run *readsRun) compare(path, what string, changed *register.Register, days ...calendar.Date) {
	differ := append(leftOutOfOne(run.reg, changed), path)
	slices.Sort(differ)
	differ = slices.Compact(differ)
	for _, s := range things(changed) {
		near := slices.ContainsFunc(differ, func(p string) bool { return run.around[s.id][versions.Group(p)] })
		if !near && run.random.IntN(10) > 0 {
			continue
		}
		var as obligation.Reads
		for _, p := range differ {
			as |= obligation.ReadsOf(s.Kind(), s.own, p)
		}
		for _, day := range days {
			run.compareOne(s, as, day, func(duty string) string {
				return fmt.Sprintf("%s, %s: on %s, %s of %s is another and says that it reads none of %v", path, what, day, duty, s.id, names(as))
			}, len(differ) == 1 && what == takenOut)
		}
	}
}

func (run *readsRun) compareOne(s thing, as obligation.Reads, day calendar.Date, wrong func(duty string) string, one bool) {
	for _, o := range dutiesOf(s) {
		old, there := run.before[readsKey{day, s.id, o}]
		if !there || reflect.DeepEqual(old, look(o, s.Subject, laws(), day)) {
			continue
		}
		if o.Reads()&as == 0 {
			run.t.Error(wrong(o.ID))
		}
		if one {
			run.shows.add(o.Target().ID, o.Reads()&as)
		}
	}
	for name, now := range besides(s.Subject, laws(), day) {
		if old, there := run.besides[day.String()+s.id][name]; there && old.answer != now.answer && now.reads&as == 0 {
			run.t.Error(wrong(name))
		}
	}
}

// around gives the groups of files that a subject may rest on.
func around(s thing) map[string]bool {
	set := map[string]bool{"evidence/policy.yaml": true, versions.Group(s.own): true}
	add := func(paths ...*record.Record) {
		for _, r := range paths {
			set[versions.Group(r.Path)] = true
		}
	}
	workloads := []*register.Workload{s.Workload}
	switch {
	case s.Organisation != nil:
		workloads = s.Organisation.Workloads
	case s.Supplier != nil:
		workloads = s.Supplier.Workloads
	case s.Contract != nil:
		workloads = s.Contract.Workloads
		add(s.Contract.Organisation.Record, s.Contract.Supplier.Record)
	case s.Footprint != nil:
		workloads = s.Footprint.Workloads
		for _, m := range s.Footprint.Members {
			add(m.Organisation.Record)
		}
	}
	for _, w := range workloads {
		add(w.Record, w.Organisation.Record, w.Controller.Record)
		for _, rel := range w.Relies {
			add(rel.Supplier.Record)
		}
		for _, other := range slices.Concat(w.DependsOn, w.NeededBy) {
			add(other.Record)
		}
		for _, f := range w.Footprints {
			add(f.Record)
		}
	}
	return set
}

// leftOutOfOne lists records that are in one of two registers only.
func leftOutOfOne(a, b *register.Register) []string {
	var list []string
	for _, r := range a.Records {
		if b.At(r.Path) == nil {
			list = append(list, r.Path)
		}
	}
	for _, r := range b.Records {
		if a.At(r.Path) == nil {
			list = append(list, r.Path)
		}
	}
	return list
}

func (e evidence) without(path string) evidence {
	files := maps.Clone(e.files)
	delete(files, path)
	return evidence{slices.DeleteFunc(slices.Clone(e.records), func(r *record.Record) bool { return r.Path == path }), files}
}

// with puts another record, or other bytes of an attachment, at a path.
func (e evidence) with(path string, r *record.Record) evidence {
	other := evidence{slices.Clone(e.records), maps.Clone(e.files)}
	other.files[path] = strings.Repeat("0", 64)
	for i := range other.records {
		if other.records[i].Path == path {
			other.records[i] = r
		}
	}
	return other
}

// nudger changes records a little, in ways that their schema allows.
type nudger struct {
	random *rand.Rand
	shapes *schema.Set
	values map[string][]string // by kind and field: what stands there in the samples
}

var shapes = sync.OnceValue(func() *schema.Set { return must(schema.Load(schemas.FS)) })

func newNudger(random *rand.Rand) *nudger {
	n := &nudger{random: random, shapes: shapes(), values: make(map[string][]string)}
	for _, name := range slices.Sorted(maps.Keys(samples())) {
		for _, r := range samples()[name].Records {
			r.Tree().Walk(func(path string, node *tree.Node) {
				if key := fieldOf(r, path); node.Kind == tree.String && !slices.Contains(n.values[key], node.Text) && len(n.values[key]) < 40 {
					n.values[key] = append(n.values[key], node.Text)
				}
			})
		}
	}
	return n
}

// fieldOf names a field of a kind of record without the positions in lists.
func fieldOf(r *record.Record, path string) string {
	steps := slices.DeleteFunc(strings.Split(path, "."), func(step string) bool { _, err := strconv.Atoi(step); return err == nil })
	return string(r.Kind) + ":" + strings.Join(steps, ".")
}

// other gives a record that differs from one, and says how. It is nil when no way was found that the schema allows.
func (n *nudger) other(r *record.Record) (*record.Record, string) {
	for range 20 {
		root := cloned(r.Tree())
		var what []string
		for range 1 + n.random.IntN(3) {
			what = append(what, n.once(r, root))
		}
		if len(n.shapes.Check(r.Path, string(r.Kind), root)) > 0 {
			continue
		}
		other := record.New(r.Path, r.Kind, root)
		other.Prose, other.Digest = r.Prose, strings.Repeat("0", 64)
		if other.Decode() == nil {
			return other, "with " + strings.Join(what, ", ")
		}
	}
	return nil, ""
}

func (n *nudger) once(r *record.Record, root *tree.Node) string {
	var paths []string
	var nodes []*tree.Node
	root.Walk(func(path string, node *tree.Node) { paths, nodes = append(paths, path), append(nodes, node) })
	i := n.random.IntN(len(nodes) + 1)
	if i == len(nodes) {
		for _, node := range nodes {
			node.Line++
		}
		return "every line one further down"
	}
	node, path := nodes[i], paths[i]
	day, err := calendar.Parse(node.Text)
	switch {
	case node.Kind == tree.Map && len(node.Fields) > 0:
		k := n.random.IntN(len(node.Fields))
		what := path + " without " + node.Fields[k].Key
		node.Fields = slices.Delete(node.Fields, k, k+1)
		return what
	case node.Kind == tree.List && len(node.Items) > 0 && n.random.IntN(2) == 0:
		node.Items = append(node.Items, cloned(node.Items[n.random.IntN(len(node.Items))]))
		return path + " with an entry twice"
	case node.Kind == tree.List && len(node.Items) > 0:
		k := n.random.IntN(len(node.Items))
		node.Items = slices.Delete(node.Items, k, k+1)
		return path + " without an entry"
	case node.Kind == tree.Bool:
		node.Text = map[string]string{"true": "false", "false": "true"}[node.Text]
	case node.Kind == tree.Int:
		node.Text += "1"
	case err == nil:
		node.Text = day.AddDays(n.random.IntN(1200) - 600).String()
	case node.Kind == tree.String:
		values := n.values[fieldOf(r, path)]
		node.Text = values[n.random.IntN(len(values))]
	}
	return path + ": " + node.Text
}

func cloned(n *tree.Node) *tree.Node {
	c := *n
	c.Fields, c.Items = slices.Clone(n.Fields), slices.Clone(n.Items)
	for i := range c.Fields {
		c.Fields[i].Value = cloned(c.Fields[i].Value)
	}
	for i := range c.Items {
		c.Items[i] = cloned(c.Items[i])
	}
	return &c
}

// names puts a set into words.
func names(r obligation.Reads) []string {
	words := []string{
		"workload", "assessment", "DPIA", "exit plan", "costs", "approvals", "reviews", "exceptions", "files", "organisation", "appointments", "policy",
		"contracts", "acceptances", "organisation's files", "supplier", "principles", "certificates", "products", "notices", "supplier's files", "footprints", "others", "places", "schemes", "standards", "sets",
	}
	var list []string
	for i, w := range words {
		if r&(1<<i) != 0 {
			list = append(list, w)
		}
	}
	return list
}
