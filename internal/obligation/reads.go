package obligation

import (
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/record"
)

// Reads is a set of the sorts of record that a judgement may look at.
//
// The promise: two registers that differ, around a subject, only in files of sorts outside a duty's [Obligation.Reads] give
// equal outcomes of that duty for that subject on every day, and equal days named. [ReadsOf] gives the sort of a file. A file
// differs when its bytes do, when it is there in one register only, when the join left it out of one only (a record whose
// attachment has another digest now is gone, whoever changed the attachment), and when it belongs to what the subject rests on
// in one only, as all files of a supplier do that a workload begins to rely on.
//
// Every name that a row of the catalogue may hold says what it reads where it is written: conditions, checks, kinds of duty
// and rules. Loading the catalogue fails where one does not, and TestADutyReadsWhatItSays takes out and changes files of four
// registers to see that none says too little.
type Reads uint64

// The sorts. For a workload, the organisations are the one that keeps its record, its controller and those around its
// footprints, and the suppliers are those that it relies on or names in its index of evidence.
const (
	ReadsWorkload          Reads = 1 << iota // the subject's own workload.yaml
	ReadsAssessment                          // and the further records of its folder
	ReadsDPIA                                //
	ReadsExitPlan                            //
	ReadsCosts                               //
	ReadsApprovals                           //
	ReadsReviews                             //
	ReadsExceptions                          //
	ReadsFiles                               // attachments in the subject's own folder
	ReadsOrganisation                        // organisation.yaml of an organisation
	ReadsAppointments                        //
	ReadsPolicy                              // the shared one, or an organisation's own
	ReadsContracts                           //
	ReadsAcceptances                         //
	ReadsOrganisationFiles                   // attachments of an organisation
	ReadsSupplier                            // supplier.yaml of a supplier
	ReadsPrinciples                          //
	ReadsCertificates                        //
	ReadsProducts                            //
	ReadsNotices                             //
	ReadsSupplierFiles                       // attachments of a supplier
	ReadsFootprints                          //
	// ReadsOthers is, for a workload, the folders of the workloads that it depends on or that need it; for any other subject,
	// its workloads with everything around them. A duty for anything but a workload that lacks it may be judged without
	// workloads.
	ReadsOthers
	// Dated law: on a day on which a part changes that is read, the answer may, though no spell named the day. See [LawTurns].
	ReadsPlaces    // on what footing data may be in a country, and names of countries
	ReadsSchemes   // of certificates, and toolkit years
	ReadsStandards //
	ReadsSets      // of questions, which have no days
)

// ReadsLaw is all of the registers.
const ReadsLaw = ReadsPlaces | ReadsSchemes | ReadsStandards | ReadsSets

// LawTurns gives the days on which law changes, each with what is read that does.
func LawTurns(l *law.Law) map[calendar.Date]Reads {
	turns := make(map[calendar.Date]Reads)
	for part, reads := range map[law.Part]Reads{law.Places: ReadsPlaces, law.Certification: ReadsSchemes, law.Standards: ReadsStandards} {
		for _, day := range l.ChangesOf(part, calendar.Date{}, calendar.Date{}) {
			turns[day] |= reads
		}
	}
	return turns
}

// What is read outside the duties.
const (
	// StandingReads is what [Production], [Closed] and [Standing] look at.
	StandingReads = ReadsWorkload | ReadsAssessment
	// FootingReads is what [Footings] and [Transfers] look at.
	FootingReads = ReadsWorkload | ReadsAssessment | ReadsPlaces
	// ExceptionReads is what tells whether an exception of a workload is in force: itself, the policy of the controller, and
	// approvals with the bytes that they cover.
	ExceptionReads = ReadsWorkload | ReadsExceptions | ReadsOrganisation | ReadsPolicy | decisionReads
)

// What several judgements read by the same way.
const (
	// folderReads is every file of a workload's own folder.
	folderReads = ReadsWorkload | ReadsAssessment | ReadsDPIA | ReadsExitPlan | ReadsCosts | ReadsApprovals | ReadsReviews | ReadsExceptions | ReadsFiles
	// madeReads tells who made a decision or a review: the controller's appointments, and which organisation that is.
	madeReads = ReadsOrganisation | ReadsAppointments
	// decisionReads tells how an approval stands: who decided, what policy asks of it, and whether the covered files are unchanged.
	// They may be any in the workload's folder, and attachments of its organisations.
	decisionReads = madeReads | folderReads | ReadsOrganisationFiles | ReadsPolicy
	// acceptanceReads is the same of an acceptance, which covers files of the supplier.
	acceptanceReads = madeReads | ReadsAcceptances | supplierReads
	// supplierReads is every file of a supplier.
	supplierReads = ReadsSupplier | ReadsPrinciples | ReadsCertificates | ReadsProducts | ReadsNotices | ReadsSupplierFiles
	// placesReads tells where a workload's data is on the day, and whether it is live.
	placesReads = ReadsWorkload | ReadsAssessment
	// reachReads adds from where staff can reach it, and names of countries.
	reachReads = placesReads | ReadsSupplier | ReadsPlaces
)

// Reads tells what judging the duty may look at. It may name more than is looked at and never less.
func (o *Obligation) Reads() Reads { return o.Target().reads }

// has tells whether a set holds any of some sorts.
func (r Reads) has(some Reads) bool { return r&some != 0 }

// readsOfKinds are the sorts of record, and what else decides whether a record of the kind is among the subject's: whoever
// decided or reviewed must be among the appointments.
var readsOfKinds = map[record.Kind]Reads{
	record.KindWorkload: ReadsWorkload, record.KindAssessment: ReadsAssessment, record.KindDPIA: ReadsDPIA,
	record.KindExitPlan: ReadsExitPlan, record.KindCosts: ReadsCosts, record.KindException: ReadsExceptions,
	record.KindApproval: ReadsApprovals | madeReads, record.KindReview: ReadsReviews | madeReads,
	record.KindOrganisation: ReadsOrganisation, record.KindAppointments: ReadsAppointments, record.KindPolicy: ReadsPolicy,
	record.KindContract: ReadsContracts, record.KindAcceptance: ReadsAcceptances | madeReads,
	record.KindSupplier: ReadsSupplier, record.KindPrinciples: ReadsPrinciples, record.KindCertificate: ReadsCertificates,
	record.KindProduct: ReadsProducts | ReadsSupplier, record.KindNotice: ReadsNotices, record.KindFootprint: ReadsFootprints,
}

// gathering collects what a duty reads, and what is wrong with what it says.
type gathering struct {
	o        *Obligation
	reads    Reads
	problems []error
}

// gather finds what the duty reads from everything that its row names.
func (o *Obligation) gather() []error {
	g := &gathering{o: o}
	g.add(ownReads[o.Subject], "a "+string(o.Subject)) // that it exists on the day, and where it is
	for _, c := range slices.Concat(o.When, o.Unless) {
		g.condition(c)
	}
	if o.MissingLive != "" {
		g.condition("live")
	}
	if k, ok := kinds[o.Kind]; ok && k.reads != nil {
		k.reads(g)
	} else {
		g.say("kind %q does not say what it reads", o.Kind)
	}
	if r := o.Renewal; r != nil {
		g.fields(r.From, r.Next)
		g.reviews(r.ReviewOf)
		g.choice(r.Policy)
	}
	o.reads, o.there = g.reads, o.thereAs()
	return g.problems
}

// ownReads is the subject's own record.
var ownReads = map[SubjectKind]Reads{
	OfWorkload: ReadsWorkload, OfOrganisation: ReadsOrganisation, OfSupplier: ReadsSupplier, OfContract: ReadsContracts, OfFootprint: ReadsFootprints,
}

func (g *gathering) say(format string, args ...any) {
	g.problems = append(g.problems, fmt.Errorf(format, args...))
}

// add adds what something reads. Nothing reads nothing.
func (g *gathering) add(r Reads, what string) {
	if r == 0 {
		g.say("%s does not say what it reads", what)
	}
	g.reads |= r
}

func (g *gathering) condition(c Condition) {
	what := fmt.Sprintf("condition %q", c)
	switch supplier, contract := supplierConditions[c], contractConditions[c]; {
	case g.o.Subject == OfSupplier && supplier.of != nil:
		g.add(supplier.reads, what)
	case g.o.Subject == OfContract && contract.of != nil:
		g.add(contract.reads, what)
	case g.o.Subject == OfWorkload:
		g.add(workloadConditions[c].reads, what)
	default: // of one of its workloads
		g.add(ReadsOthers|workloadConditions[c].reads&ReadsLaw, what)
	}
}

// kinds adds records of kinds that the subject holds.
func (g *gathering) kinds(kinds ...record.Kind) {
	for _, k := range kinds {
		g.add(readsOfKinds[k], fmt.Sprintf("kind of record %q", k))
	}
}

// fields adds the records that fields are in.
func (g *gathering) fields(fields ...FieldRef) {
	for _, f := range fields {
		if f != "" {
			kind, _ := f.split()
			g.kinds(kind)
		}
	}
}

// policy adds the local choices that hold for the subject. See [Subject.policy].
func (g *gathering) policy() {
	g.reads |= ReadsPolicy
	if g.o.Subject != OfSupplier {
		g.reads |= ReadsOrganisation // whose choices they are
	}
}

// choice adds what a look at a local interval or limit reads; only that of reviews depends on the profile class.
func (g *gathering) choice(key string) {
	if key == "" {
		return
	}
	g.policy()
	if key == "review" && g.o.Subject == OfWorkload {
		g.reads |= ReadsAssessment
	}
}

// reviews adds the reviews of some matters. See [judging.reviewed].
func (g *gathering) reviews(of []string) {
	switch {
	case len(of) == 0:
	case g.o.Subject == OfWorkload:
		g.reads |= ReadsReviews | madeReads
	case g.o.Subject == OfFootprint: // with a workload that it shares
		g.reads |= ReadsOthers
	}
}

// ReadsOf gives as what a subject of some kind reads a file of what it rests on; own is the path of the subject's own record.
// It is nothing for a file that is neither record nor attachment. For anything but a workload every file may also be one
// around one of its workloads, so [ReadsOthers] is among what it gives.
func ReadsOf(kind SubjectKind, own, path string) Reads {
	sort, group := sortOf(path)
	near := false
	switch kind {
	case OfWorkload:
		if sort.has(folderReads) && !inFolder(own, group) {
			return ReadsOthers
		}
		return sort
	case OfOrganisation, OfSupplier:
		near = group == "" && sort == ReadsPolicy || group != "" && inFolder(own, group)
	case OfContract:
		near = !sort.has(folderReads|ReadsFootprints) && (sort != ReadsContracts || path == own)
	case OfFootprint:
		near = !sort.has(folderReads|supplierReads) && (sort != ReadsFootprints || path == own)
	}
	switch {
	case sort == 0:
		return 0
	case near:
		return sort | ReadsOthers
	}
	return ReadsOthers
}

// inFolder tells whether a record lies directly in a folder.
func inFolder(record, folder string) bool {
	return strings.HasPrefix(record, folder+"/") && strings.IndexByte(record[len(folder)+1:], '/') < 0
}

// sortOf gives the sort of a file by its path, and the folder of the workload, organisation or supplier that it belongs to.
// It agrees with [record.KindOf] and is quicker: a history asks millions of times.
func sortOf(path string) (sort Reads, folder string) {
	area, rest, _ := strings.Cut(strings.TrimPrefix(path, record.Root+"/"), "/")
	slug, within, below := strings.Cut(rest, "/")
	switch {
	case !strings.HasPrefix(path, record.Root+"/"):
		return 0, ""
	case area == "policy.yaml" && rest == "":
		return ReadsPolicy, ""
	case area == "footprints" && !below && strings.HasSuffix(slug, ".yaml"):
		return ReadsFootprints, ""
	case !below:
		return 0, ""
	}
	folder = path[:len(path)-len(within)-1]
	switch area {
	case "suppliers":
		return sortIn(within, supplierSorts, ReadsSupplierFiles), folder
	case "organisations":
		if inner, ok := strings.CutPrefix(within, "workloads/"); ok {
			if _, within, ok := strings.Cut(inner, "/"); ok {
				return sortIn(within, workloadSorts, ReadsFiles), path[:len(path)-len(within)-1]
			}
		}
		return sortIn(within, organisationSorts, ReadsOrganisationFiles), folder
	}
	return 0, ""
}

// The sorts of records by where they are within a folder: by name, or by the folder that holds them.
var (
	workloadSorts = map[string]Reads{
		"workload.yaml": ReadsWorkload, "assessment.yaml": ReadsAssessment, "dpia.md": ReadsDPIA, "exit-plan.yaml": ReadsExitPlan, "costs.yaml": ReadsCosts,
		"approvals/": ReadsApprovals, "reviews/": ReadsReviews, "exceptions/": ReadsExceptions,
	}
	organisationSorts = map[string]Reads{
		"organisation.yaml": ReadsOrganisation, "appointments.yaml": ReadsAppointments, "policy.yaml": ReadsPolicy,
		"contracts/": ReadsContracts, "suppliers/": ReadsAcceptances, "approvals/": ReadsAppointments,
	}
	supplierSorts = map[string]Reads{
		"supplier.yaml": ReadsSupplier, "principles.yaml": ReadsPrinciples,
		"certificates/": ReadsCertificates, "products/": ReadsProducts, "notices/": ReadsNotices,
	}
)

func sortIn(within string, sorts map[string]Reads, files Reads) Reads {
	if strings.HasPrefix(within, "files/") || strings.Contains(within, "/files/") {
		return files
	}
	i := strings.IndexByte(within, '/')
	if strings.HasPrefix(within, "approvals/") {
		within = strings.TrimSuffix(within, record.SignatureEnding)
	}
	if strings.IndexByte(within[i+1:], '/') >= 0 || i >= 0 && !strings.HasSuffix(within, ".yaml") {
		return 0
	}
	if i < 0 {
		return sorts[within]
	}
	return sorts[within[:i+1]]
}
