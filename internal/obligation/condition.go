package obligation

import (
	"fmt"
	"slices"
	"strings"

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

// fact is a condition as it holds on the day, with what its reason is made of: most reasons are never read.
type fact struct {
	is     truth
	record *record.Record // that states it
	field  string
	text   string        // a full sentence; %s stands for the words below, or for the day
	words  string        //
	date   calendar.Date // the day that decided
	say    func() string // the text, where it takes more to tell
}

func (f fact) holds() bool { return f.is != no }

// reason puts the fact into words.
func (f *fact) reason() Reason {
	text := f.text
	if f.say != nil {
		text = f.say()
	} else if before, after, ok := strings.Cut(text, "%s"); ok {
		b := append(make([]byte, 0, 160), before...)
		if f.words != "" {
			b = append(b, f.words...)
		} else {
			b = f.date.AppendLong(b)
		}
		text = string(append(b, after...))
	}
	return Reason{Rule: "condition", Text: text, Place: at(f.record, f.field), Field: f.field, Date: f.date}
}

// because makes a fact that a field of a record states.
func because(is truth, r *record.Record, field, text string) fact {
	return fact{is: is, record: r, field: field, text: text}
}

// either is the first of two facts that is true, otherwise the first that is unknown, otherwise the last.
func either(a, b fact) fact {
	if a.is == yes || a.is == unknown && b.is != yes {
		return a
	}
	return b
}

func truthOf(t bool) truth {
	if t {
		return yes
	}
	return no
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
		"place-outside-uk":     {hasPlaceOutside, placesReads | ReadsPlaces},
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
	if j.s.Supplier != nil {
		if f := supplierConditions[c].of; f != nil {
			return f(j, j.s.Supplier)
		}
	}
	if j.s.Contract != nil {
		if f := contractConditions[c].of; f != nil {
			return f(j, j.s.Contract)
		}
	}
	if c == "closed" && j.s.Workload == nil { // what has ceased is set aside already
		return fact{is: no, record: j.s.record(), text: "The %s exists.", words: string(j.s.Kind())}
	}
	f := workloadConditions[c].of
	if f == nil {
		panic("obligation: condition " + string(c) + " was not checked with the catalogue")
	}
	if j.s.Workload != nil {
		return f(j, j.s.Workload)
	}
	found := fact{is: no, record: j.s.record(), say: func() string { return fmt.Sprintf("No workload of this %s is %q.", j.s.Kind(), c) }}
	for _, w := range j.s.workloads() {
		if w.Facts.Phase != "closed" {
			found = either(f(j, w), found)
		}
	}
	return found
}

// applies tells whether the duty applies to the subject on the day, and says why it does not. Conditions are looked at until
// one has decided: while that one holds, no other matters, and every day on which it may change is known.
func (j *judging) applies() bool {
	w := calendar.Window{From: j.o.From, To: j.o.To}
	j.again(w.From, w.End())
	switch {
	case j.day.Before(w.From):
		j.setAside(Reason{Rule: "effective", Text: "The duty holds from " + w.From.Long() + ".", Date: w.From})
	case !w.Contains(j.day):
		j.setAside(Reason{Rule: "effective", Text: "The duty held until " + w.To.Long() + ".", Date: w.To})
	default:
		j.exists()
	}
	for _, c := range j.o.When {
		if j.apart {
			return false
		}
		switch f := j.condition(c); f.is {
		case no:
			j.setAsideBy(&f)
		case unknown:
			j.note(f.reason())
		}
	}
	for _, c := range j.o.Unless {
		if j.apart {
			return false
		}
		if f := j.condition(c); f.is == yes { // what is unknown excuses nobody
			j.setAsideBy(&f)
		}
	}
	return !j.apart
}

// exists sets the duty aside for what is not there on the day: a closed workload, an organisation that has ceased, a
// footprint before or after its time.
func (j *judging) exists() {
	switch {
	case j.s.Workload != nil:
		if closed := isClosed(j, j.s.Workload); closed.is == yes && !slices.Contains(j.o.When, "closed") && !slices.Contains(j.o.When, "ended") {
			j.setAsideBy(&closed)
		}
	case j.s.Organisation != nil:
		j.during(calendar.Window{To: j.s.Organisation.Facts.Closed}, "closed", "organisation")
	case j.s.Contract != nil:
		if ended := contractEnded(j, j.s.Contract); ended.is == yes && !slices.Contains(j.o.When, "ended") && !slices.Contains(j.o.When, "closed") {
			j.setAsideBy(&ended)
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

// noAssessment is a fact that only an assessment could settle.
func noAssessment(w *register.Workload, what string) fact {
	return fact{is: unknown, record: w.Record, text: "There is no assessment, so it is not known %s; the duty is taken to apply.", words: what}
}

// Facts about a workload.

func isInnovation(_ *judging, w *register.Workload) fact {
	if w.Facts.Type == "innovation" {
		return because(yes, w.Record, "type", "It is declared as an innovation workload.")
	}
	return because(no, w.Record, "type", "It is declared as a production workload, not as an innovation workload.")
}

// isProduction is true for a workload declared as production, and for an innovation workload that has left innovation: by
// its purpose, or because real data has come in (facts T6). Its innovation approvals do not carry over.
func isProduction(j *judging, w *register.Workload) fact {
	if w.Facts.Type != "innovation" {
		return because(yes, w.Record, "type", "It is declared as a production workload.")
	}
	if !slices.Contains([]string{"learn", "trial", "evaluate"}, w.Facts.Purpose) {
		return because(yes, w.Record, "purpose", "It is declared as an innovation workload, but its purpose is no longer to learn, trial or evaluate, so the rules for production apply.")
	}
	if w.Assessed == nil {
		return noAssessment(w, "whether an innovation workload holds real data")
	}
	data := w.Assessed.Data
	if data.Personal != "none" {
		return because(yes, w.Assessment, "data.personal", "It is declared as an innovation workload, but it holds data about people, so the rules for production apply.")
	}
	for i, d := range data.Datasets {
		if !j.past(d.Added) {
			continue
		}
		if d.FromProduction {
			return because(yes, w.Assessment, fmt.Sprintf("data.datasets.%d.fromProduction", i), "It is declared as an innovation workload, but a data set was captured from a production system, so the rules for production apply.")
		}
		if !d.Synthetic {
			return because(yes, w.Assessment, fmt.Sprintf("data.datasets.%d.synthetic", i), "It is declared as an innovation workload, but a data set is not synthetic, so the rules for production apply.")
		}
	}
	if data.LeakScan != nil && data.LeakScan.Found > 0 && j.past(data.LeakScan.On) {
		return because(yes, w.Assessment, "data.leakScan.found", "It is declared as an innovation workload, but the scan found patient identifiers, so the rules for production apply.")
	}
	return because(no, w.Record, "type", "It is an innovation workload on synthetic data that learns, trials or evaluates; the duties of production do not apply.")
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
		return because(yes, w.Record, "phase", "The workload is closed.")
	case closed && !on.After(j.day):
		return fact{is: yes, record: w.Record, field: "closure.on", text: "The workload was closed on %s.", date: on}
	}
	return because(no, w.Record, "phase", "The workload is not closed.")
}

func isLive(j *judging, w *register.Workload) fact {
	if isClosed(j, w).is == yes {
		return because(no, w.Record, "phase", "The workload is closed.")
	}
	started := w.Facts.Started
	j.again(started)
	switch {
	case w.Facts.Phase == "proposed":
		return because(no, w.Record, "phase", "The workload is proposed and not live.")
	case started.After(j.day):
		return fact{is: no, record: w.Record, field: "started", text: "The workload goes live on %s.", date: started}
	}
	return because(yes, w.Record, "phase", "The workload is live.")
}

func isProposed(j *judging, w *register.Workload) fact {
	if live := isLive(j, w); live.is == yes {
		live.is = no
		return live
	}
	if closed := isClosed(j, w); closed.is == yes {
		closed.is = no
		return closed
	}
	return because(yes, w.Record, "phase", "The workload is not live yet.")
}

func holdsPersonal(_ *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "whether it holds personal data")
	}
	if w.Assessed.Data.Personal == "none" {
		return because(no, w.Assessment, "data.personal", "There is no personal data.")
	}
	return because(yes, w.Assessment, "data.personal", "It holds data about people.")
}

func holdsConfidential(_ *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "whether it holds confidential patient information")
	}
	if w.Assessed.Data.Personal != "confidential-patient" {
		return because(no, w.Assessment, "data.personal", "There is no confidential patient information.")
	}
	return because(yes, w.Assessment, "data.personal", "It holds confidential patient information.")
}

func isClinical(_ *judging, w *register.Workload) fact {
	if w.Facts.Clinical {
		return because(yes, w.Record, "clinical", "Clinical safety standards apply to it.")
	}
	return because(no, w.Record, "clinical", "Clinical safety standards do not apply to it.")
}

func isClass(least int) func(*judging, *register.Workload) fact {
	return func(_ *judging, w *register.Workload) fact {
		switch {
		case w.Assessed == nil:
			return noAssessment(w, "what its profile class is")
		case w.Assessed.Class == nil:
			return because(unknown, w.Assessment, "class", "No profile class is declared; the duty is taken to apply.")
		}
		level := w.Assessed.Class.Level
		return fact{is: truthOf(level.Rank() >= least), record: w.Assessment, field: "class.level", text: "Its profile class is %s.", words: string(level)}
	}
}

func isDeployed(how string, models ...string) func(*judging, *register.Workload) fact {
	return func(_ *judging, w *register.Workload) fact {
		f := fact{is: no, record: w.Record, field: "deployment.model", text: "Its deployment model is %s.", words: w.Facts.Deployment.Model}
		if slices.Contains(models, w.Facts.Deployment.Model) {
			f.is, f.text, f.words = yes, "It is deployed %s.", how
		}
		return f
	}
}

func wasExtended(j *judging, w *register.Workload) fact {
	for _, e := range w.Facts.Extensions {
		j.again(e.Recorded)
	}
	if extendedBy(w, j.day) {
		return because(yes, w.Record, "extensions", "Its time limit was extended.")
	}
	return because(no, w.Record, "timeLimit", "Its time limit was never extended.")
}

// extendedBy tells whether an extension was recorded by a day.
func extendedBy(w *register.Workload, day calendar.Date) bool {
	return slices.ContainsFunc(w.Facts.Extensions, func(e record.Extension) bool { return !e.Recorded.After(day) })
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
		return because(unknown, w.Record, field, "No time limit is set, so it is not known whether it has passed; the duty is taken to apply.")
	}
	j.again(end.AddDays(1))
	for _, e := range w.Facts.Extensions {
		j.again(e.Recorded)
	}
	return fact{is: truthOf(end.Before(j.day)), record: w.Record, field: field, text: "The time limit is %s.", date: end}
}

func isShared(j *judging, w *register.Workload) fact {
	for _, f := range w.Footprints {
		during := calendar.Window{From: f.Facts.From, To: f.Facts.To}
		j.again(during.From, during.End())
		if during.Contains(j.day) {
			return fact{is: yes, record: f.Record, field: "sharedWorkloads", text: "It is shared in %s.", words: f.Facts.Name}
		}
	}
	return because(no, w.Record, "", "It is not shared in a footprint.")
}

// Facts about a supplier.

func handlesData(_ *judging, s *register.Supplier) fact {
	if s.Facts.HandlesData {
		return because(yes, s.Record, "handlesData", "It holds, processes or can reach data.")
	}
	return because(no, s.Record, "handlesData", "It neither holds nor processes data and cannot reach any.")
}

func hasProducts(j *judging, s *register.Supplier) fact {
	if len(j.s.products()) == 0 {
		return because(no, s.Record, "", "It has no product on record.")
	}
	return because(yes, s.Record, "", "It has products on record.")
}

func holdsRecords(j *judging, s *register.Supplier) fact {
	for _, p := range j.s.products() {
		if p.Facts.PatientRecords {
			return fact{is: yes, record: p.Record, field: "patientRecords", text: "%s holds records about patients.", words: p.Facts.Name}
		}
	}
	return because(no, s.Record, "", "None of its products holds records about patients.")
}

func supplierOutside(_ *judging, s *register.Supplier) fact {
	for l := range links(s) {
		if l.country != "GB" {
			return fact{is: yes, record: s.Record, field: l.field(), say: l.text}
		}
	}
	return because(no, s.Record, "country", "It is based in the United Kingdom, and so are its parent and support staff as far as they are recorded.")
}

// Facts about a contract.

func isSigned(j *judging, c *register.Contract) fact {
	j.again(c.Facts.Signed)
	switch {
	case c.Facts.Stage == "ended":
		return because(no, c.Record, "stage", "The contract has ended.")
	case c.Facts.Stage == "procurement" || c.Facts.Signed.After(j.day):
		return because(no, c.Record, "stage", "The contract is not signed yet.")
	}
	return because(yes, c.Record, "stage", "The contract is signed.")
}

func isProcurement(j *judging, c *register.Contract) fact {
	j.again(c.Facts.Signed)
	if c.Facts.Stage == "procurement" || c.Facts.Stage == "signed" && c.Facts.Signed.After(j.day) {
		return because(yes, c.Record, "stage", "The contract is in procurement.")
	}
	return because(no, c.Record, "stage", "The contract is past procurement.")
}

func contractEnded(_ *judging, c *register.Contract) fact {
	if c.Facts.Stage == "ended" {
		return because(yes, c.Record, "stage", "The contract has ended.")
	}
	return because(no, c.Record, "stage", "The contract has not ended.")
}
