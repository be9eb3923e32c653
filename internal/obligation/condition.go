package obligation

import (
	"fmt"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// truth is what can be known about a fact. A fact that is unknown counts as true, so that nobody escapes a duty by leaving
// something out.
type truth uint8

const (
	no truth = iota
	yes
	unknown
)

// fact is a condition as it holds on the day, with the reason.
type fact struct {
	is     truth
	reason Reason
}

func (f fact) holds() bool { return f.is != no }

func is(t bool, r Reason) fact {
	if t {
		return fact{yes, r}
	}
	return fact{no, r}
}

// or is the first of the facts that is true, otherwise the first that is unknown, otherwise the last that is false.
func or(facts ...fact) fact {
	for _, t := range []truth{yes, unknown} {
		for _, f := range facts {
			if f.is == t {
				return f
			}
		}
	}
	return facts[len(facts)-1]
}

// about is a condition as it is found for one sort of subject, and what that reads.
type about[T any] struct {
	of    func(*judging, T) fact
	reads Reads
}

// workloadConditions are the facts about a workload; for any other subject they hold when they hold for one of its workloads.
var workloadConditions map[Condition]about[*register.Workload]

var supplierConditions map[Condition]about[*register.Supplier]

var contractConditions map[Condition]about[*register.Contract]

func init() { // the functions ask for one another
	workloadConditions = map[Condition]about[*register.Workload]{
		"production":           {isProduction, StandingReads},
		"innovation":           {isInnovation, ReadsWorkload},
		"live":                 {isLive, ReadsWorkload},
		"proposed":             {isProposed, ReadsWorkload},
		"closed":               {isClosed, ReadsWorkload},
		"personal":             {holdsPersonal, ReadsWorkload | ReadsAssessment},
		"confidential-patient": {holdsConfidential, ReadsWorkload | ReadsAssessment},
		"outside-uk":           {reachesOutside, reachReads},
		"place-outside-uk":     {hasPlaceOutside, placesReads | ReadsLaw},
		"outside-adequate":     {hasPlaceNotAdequate, reachReads},
		"us":                   {reachesUS, reachReads},
		"clinical":             {isClinical, ReadsWorkload},
		"highest-class":        {isClass(5), ReadsWorkload | ReadsAssessment},
		"class-3-or-higher":    {isClass(3), ReadsWorkload | ReadsAssessment},
		"not-public-cloud":     {isDeployed("not in a public cloud", "private", "on-premises"), ReadsWorkload},
		"public-cloud":         {isDeployed("in a public cloud", "public", "hybrid"), ReadsWorkload},
		"extended":             {wasExtended, ReadsWorkload},
		"ended":                {hasEnded, ReadsWorkload},
		"shared":               {isShared, ReadsWorkload | ReadsFootprints},
	}
	supplierConditions = map[Condition]about[*register.Supplier]{
		"handles-data":    {handlesData, ReadsSupplier},
		"has-products":    {hasProducts, ReadsSupplier | ReadsProducts},
		"patient-records": {holdsRecords, ReadsSupplier | ReadsProducts},
		"outside-uk":      {supplierOutside, ReadsSupplier},
	}
	contractConditions = map[Condition]about[*register.Contract]{
		"signed": {isSigned, ReadsContracts}, "live": {isSigned, ReadsContracts},
		"procurement": {isProcurement, ReadsContracts}, "proposed": {isProcurement, ReadsContracts},
		"ended": {contractEnded, ReadsContracts}, "closed": {contractEnded, ReadsContracts},
	}
}

func knownCondition(kind SubjectKind, c Condition) bool {
	switch {
	case kind == OfSupplier && supplierConditions[c].of != nil, kind == OfContract && contractConditions[c].of != nil:
		return true
	}
	return workloadConditions[c].of != nil
}

// condition looks at one fact about the subject.
func (j *judging) condition(c Condition) fact {
	if f := supplierConditions[c].of; f != nil && j.s.Supplier != nil {
		return f(j, j.s.Supplier)
	}
	if f := contractConditions[c].of; f != nil && j.s.Contract != nil {
		return f(j, j.s.Contract)
	}
	if c == "closed" && j.s.Workload == nil {
		return fact{no, Reason{Rule: "condition", Text: fmt.Sprintf("The %s exists.", j.s.Kind()), Place: place(j.s.record())}} // what has ceased is set aside already
	}
	f := workloadConditions[c].of
	if f == nil {
		panic("obligation: condition " + string(c) + " was not checked with the catalogue")
	}
	if j.s.Workload != nil {
		return f(j, j.s.Workload)
	}
	facts := []fact{{no, Reason{Rule: "condition", Text: fmt.Sprintf("No workload of this %s is %q.", j.s.Kind(), c), Place: place(j.s.record())}}}
	for _, w := range j.s.workloads() {
		if w.Facts.Phase != "closed" {
			facts = append([]fact{f(j, w)}, facts...)
		}
	}
	return or(facts...)
}

// applies tells whether the duty applies to the subject on the day, and says why it does not. All conditions are looked at
// even when one has decided, so that every day on which one may change is known.
func (j *judging) applies() bool {
	w := calendar.Window{From: j.o.From, To: j.o.To}
	j.again(w.From, w.End())
	switch {
	case !j.o.From.IsZero() && j.day.Before(j.o.From):
		j.setAside(Reason{Rule: "effective", Text: fmt.Sprintf("The duty holds from %s.", j.o.From.Long()), Date: j.o.From})
	case !w.Contains(j.day):
		j.setAside(Reason{Rule: "effective", Text: fmt.Sprintf("The duty held until %s.", j.o.To.Long()), Date: j.o.To})
	}
	j.exists()
	for _, c := range j.o.When {
		f := j.condition(c)
		if !f.holds() {
			j.setAside(f.reason)
		}
		if f.is == unknown {
			j.note(f.reason)
		}
	}
	for _, c := range j.o.Unless {
		if f := j.condition(c); f.is == yes { // what is unknown excuses nobody
			j.setAside(f.reason)
		}
	}
	if j.aside != nil {
		j.notes = nil
	}
	return j.aside == nil
}

// exists sets the duty aside for what is not there on the day: a closed workload, an organisation that has ceased, a
// footprint before or after its time.
func (j *judging) exists() {
	switch {
	case j.s.Workload != nil:
		if closed := isClosed(j, j.s.Workload); closed.is == yes && !slices.Contains(j.o.When, "closed") && !slices.Contains(j.o.When, "ended") {
			j.setAside(closed.reason)
		}
	case j.s.Organisation != nil:
		j.during(calendar.Window{To: j.s.Organisation.Facts.Closed}, "closed", "organisation")
	case j.s.Contract != nil:
		if ended := contractEnded(j, j.s.Contract); ended.is == yes && !slices.Contains(j.o.When, "ended") && !slices.Contains(j.o.When, "closed") {
			j.setAside(ended.reason)
		}
	case j.s.Footprint != nil:
		j.during(calendar.Window{From: j.s.Footprint.Facts.From, To: j.s.Footprint.Facts.To}, "to", "footprint")
	}
}

func (j *judging) during(w calendar.Window, field, what string) {
	j.again(w.From, w.End())
	switch {
	case w.Contains(j.day):
	case j.day.Before(w.From):
		j.setAside(Reason{Rule: "existence", Text: fmt.Sprintf("The %s exists from %s.", what, w.From.Long()), Place: at(j.s.record(), "from"), Field: "from", Date: w.From})
	default:
		j.setAside(Reason{Rule: "existence", Text: fmt.Sprintf("The %s existed until %s.", what, w.To.Long()), Place: at(j.s.record(), field), Field: field, Date: w.To})
	}
}

// because makes a reason for a fact that a field of a record states.
func because(r *record.Record, field, format string, args ...any) Reason {
	return Reason{Rule: "condition", Text: fmt.Sprintf(format, args...), Place: at(r, field), Field: field}
}

// noAssessment is a fact that only an assessment could settle.
func noAssessment(w *register.Workload, what string) fact {
	return fact{unknown, because(w.Record, "", "There is no assessment, so it is not known %s; the duty is taken to apply.", what)}
}

// Facts about a workload.

func isInnovation(_ *judging, w *register.Workload) fact {
	if w.Facts.Type == "innovation" {
		return fact{yes, because(w.Record, "type", "It is declared as an innovation workload.")}
	}
	return fact{no, because(w.Record, "type", "It is declared as a production workload, not as an innovation workload.")}
}

// isProduction is true for a workload declared as production, and for an innovation workload that has left innovation: by
// its purpose, or because real data has come in (facts T6). Its innovation approvals do not carry over.
func isProduction(j *judging, w *register.Workload) fact {
	if w.Facts.Type != "innovation" {
		return fact{yes, because(w.Record, "type", "It is declared as a production workload.")}
	}
	if !slices.Contains([]string{"learn", "trial", "evaluate"}, w.Facts.Purpose) {
		return fact{yes, because(w.Record, "purpose", "It is declared as an innovation workload, but its purpose is no longer to learn, trial or evaluate, so the rules for production apply.")}
	}
	if w.Assessed == nil {
		return noAssessment(w, "whether an innovation workload holds real data")
	}
	data := w.Assessed.Data
	if data.Personal != "none" {
		return fact{yes, because(w.Assessment, "data.personal", "It is declared as an innovation workload, but it holds data about people, so the rules for production apply.")}
	}
	for i, d := range data.Datasets {
		field := fmt.Sprintf("data.datasets.%d", i)
		if !j.past(d.Added) {
			continue
		}
		if d.FromProduction {
			return fact{yes, because(w.Assessment, field+".fromProduction", "It is declared as an innovation workload, but a data set was captured from a production system, so the rules for production apply.")}
		}
		if !d.Synthetic {
			return fact{yes, because(w.Assessment, field+".synthetic", "It is declared as an innovation workload, but a data set is not synthetic, so the rules for production apply.")}
		}
	}
	if data.LeakScan != nil && data.LeakScan.Found > 0 && j.past(data.LeakScan.On) {
		return fact{yes, because(w.Assessment, "data.leakScan.found", "It is declared as an innovation workload, but the scan found patient identifiers, so the rules for production apply.")}
	}
	return fact{no, because(w.Record, "type", "It is an innovation workload on synthetic data that learns, trials or evaluates; the duties of production do not apply.")}
}

// closing gives the day on which a closed workload was closed. A workload closed without a day counts as closed always.
func closing(w *register.Workload) (calendar.Date, bool) {
	if w.Facts.Phase != "closed" {
		return calendar.Date{}, false
	}
	if w.Facts.Closure == nil {
		return calendar.Date{}, true
	}
	return w.Facts.Closure.On, true
}

func isClosed(j *judging, w *register.Workload) fact {
	on, closed := closing(w)
	j.again(on)
	switch {
	case closed && on.IsZero():
		return fact{yes, because(w.Record, "phase", "The workload is closed.")}
	case closed && !on.After(j.day):
		r := because(w.Record, "closure.on", "The workload was closed on %s.", on.Long())
		r.Date = on
		return fact{yes, r}
	}
	return fact{no, because(w.Record, "phase", "The workload is not closed.")}
}

func isLive(j *judging, w *register.Workload) fact {
	if isClosed(j, w).is == yes {
		return fact{no, because(w.Record, "phase", "The workload is closed.")}
	}
	started := w.Facts.Started
	j.again(started)
	switch {
	case w.Facts.Phase == "proposed":
		return fact{no, because(w.Record, "phase", "The workload is proposed and not live.")}
	case started.After(j.day):
		r := because(w.Record, "started", "The workload goes live on %s.", started.Long())
		r.Date = started
		return fact{no, r}
	}
	return fact{yes, because(w.Record, "phase", "The workload is live.")}
}

func isProposed(j *judging, w *register.Workload) fact {
	if live := isLive(j, w); live.is == yes {
		return fact{no, live.reason}
	}
	if closed := isClosed(j, w); closed.is == yes {
		return fact{no, closed.reason}
	}
	return fact{yes, because(w.Record, "phase", "The workload is not live yet.")}
}

func holdsPersonal(_ *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "whether it holds personal data")
	}
	if w.Assessed.Data.Personal == "none" {
		return fact{no, because(w.Assessment, "data.personal", "There is no personal data.")}
	}
	return fact{yes, because(w.Assessment, "data.personal", "It holds data about people.")}
}

func holdsConfidential(_ *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "whether it holds confidential patient information")
	}
	if w.Assessed.Data.Personal != "confidential-patient" {
		return fact{no, because(w.Assessment, "data.personal", "There is no confidential patient information.")}
	}
	return fact{yes, because(w.Assessment, "data.personal", "It holds confidential patient information.")}
}

func isClinical(_ *judging, w *register.Workload) fact {
	if w.Facts.Clinical {
		return fact{yes, because(w.Record, "clinical", "Clinical safety standards apply to it.")}
	}
	return fact{no, because(w.Record, "clinical", "Clinical safety standards do not apply to it.")}
}

func isClass(least int) func(*judging, *register.Workload) fact {
	return func(_ *judging, w *register.Workload) fact {
		switch {
		case w.Assessed == nil:
			return noAssessment(w, "what its profile class is")
		case w.Assessed.Class == nil:
			return fact{unknown, because(w.Assessment, "class", "No profile class is declared; the duty is taken to apply.")}
		}
		level := w.Assessed.Class.Level
		return is(level.Rank() >= least, because(w.Assessment, "class.level", "Its profile class is %s.", level))
	}
}

func isDeployed(how string, models ...string) func(*judging, *register.Workload) fact {
	return func(_ *judging, w *register.Workload) fact {
		if slices.Contains(models, w.Facts.Deployment.Model) {
			return fact{yes, because(w.Record, "deployment.model", "It is deployed %s.", how)}
		}
		return fact{no, because(w.Record, "deployment.model", "Its deployment model is %s.", w.Facts.Deployment.Model)}
	}
}

func wasExtended(j *judging, w *register.Workload) fact {
	for _, e := range w.Facts.Extensions {
		j.again(e.Recorded)
	}
	if len(extensionsOn(w, j.day)) > 0 {
		return fact{yes, because(w.Record, "extensions", "Its time limit was extended.")}
	}
	return fact{no, because(w.Record, "timeLimit", "Its time limit was never extended.")}
}

// extensionsOn lists the extensions that were recorded by a day.
func extensionsOn(w *register.Workload, day calendar.Date) []record.Extension {
	var list []record.Extension
	for _, e := range w.Facts.Extensions {
		if !e.Recorded.After(day) {
			list = append(list, e)
		}
	}
	return list
}

// trialEnd is the last day of a trial, with the extensions that were recorded by a day, and the field that says so.
func trialEnd(w *register.Workload, day calendar.Date) (end calendar.Date, field string) {
	if w.Facts.TimeLimit == nil {
		return calendar.Date{}, "timeLimit"
	}
	end, field = w.Facts.TimeLimit.End, "timeLimit.end"
	for i, e := range w.Facts.Extensions {
		if !e.Recorded.After(day) && e.To.After(end) {
			end, field = e.To, fmt.Sprintf("extensions.%d.to", i)
		}
	}
	return end, field
}

func hasEnded(j *judging, w *register.Workload) fact {
	if closed := isClosed(j, w); closed.is == yes {
		return closed
	}
	end, field := trialEnd(w, j.day)
	if end.IsZero() {
		return fact{unknown, because(w.Record, field, "No time limit is set, so it is not known whether it has passed; the duty is taken to apply.")}
	}
	j.again(end.AddDays(1))
	for _, e := range w.Facts.Extensions {
		j.again(e.Recorded)
	}
	r := because(w.Record, field, "The time limit is %s.", end.Long())
	r.Date = end
	return is(end.Before(j.day), r)
}

func isShared(j *judging, w *register.Workload) fact {
	for _, f := range w.Footprints {
		during := calendar.Window{From: f.Facts.From, To: f.Facts.To}
		j.again(during.From, during.End())
		if during.Contains(j.day) {
			return fact{yes, because(f.Record, "sharedWorkloads", "It is shared in %s.", f.Facts.Name)}
		}
	}
	return fact{no, because(w.Record, "", "It is not shared in a footprint.")}
}

// Facts about a supplier.

func handlesData(_ *judging, s *register.Supplier) fact {
	if s.Facts.HandlesData {
		return fact{yes, because(s.Record, "handlesData", "It holds, processes or can reach data.")}
	}
	return fact{no, because(s.Record, "handlesData", "It neither holds nor processes data and cannot reach any.")}
}

func hasProducts(j *judging, s *register.Supplier) fact {
	if len(j.s.products()) == 0 {
		return fact{no, because(s.Record, "", "It has no product on record.")}
	}
	return fact{yes, because(s.Record, "", "It has products on record.")}
}

func holdsRecords(j *judging, s *register.Supplier) fact {
	for _, p := range j.s.products() {
		if p.Facts.PatientRecords {
			return fact{yes, because(p.Record, "patientRecords", "%s holds records about patients.", p.Facts.Name)}
		}
	}
	return fact{no, because(s.Record, "", "None of its products holds records about patients.")}
}

func supplierOutside(_ *judging, s *register.Supplier) fact {
	for _, l := range links(s) {
		if l.country != "GB" {
			return fact{yes, because(s.Record, l.field, "%s", l.text)}
		}
	}
	return fact{no, because(s.Record, "country", "It is based in the United Kingdom, and so are its parent and support staff as far as they are recorded.")}
}

// Facts about a contract.

func isSigned(j *judging, c *register.Contract) fact {
	j.again(c.Facts.Signed)
	switch {
	case c.Facts.Stage == "ended":
		return fact{no, because(c.Record, "stage", "The contract has ended.")}
	case c.Facts.Stage == "procurement" || c.Facts.Signed.After(j.day):
		return fact{no, because(c.Record, "stage", "The contract is not signed yet.")}
	}
	return fact{yes, because(c.Record, "stage", "The contract is signed.")}
}

func isProcurement(j *judging, c *register.Contract) fact {
	j.again(c.Facts.Signed)
	if c.Facts.Stage == "procurement" || c.Facts.Stage == "signed" && c.Facts.Signed.After(j.day) {
		return fact{yes, because(c.Record, "stage", "The contract is in procurement.")}
	}
	return fact{no, because(c.Record, "stage", "The contract is past procurement.")}
}

func contractEnded(_ *judging, c *register.Contract) fact {
	if c.Facts.Stage == "ended" {
		return fact{yes, because(c.Record, "stage", "The contract has ended.")}
	}
	return fact{no, because(c.Record, "stage", "The contract has not ended.")}
}
