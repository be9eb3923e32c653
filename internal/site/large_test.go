package site

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/report"
)

// large gives the lists of a register with many workloads, all of them in one organisation, which is the hardest to divide.
func large(workloads int) (*report.Report, *report.Lists) {
	r := sample()
	r.Workloads, r.Exceptions, r.Due, r.Findings = nil, nil, nil, slices.Repeat(r.Findings, 1500)
	trust := report.Ref{Kind: "organisation", ID: "Z9A1A", Name: "Northmoor Hospitals"}
	states := []string{"blocked", "failing", "overdue", "overdue", "met", "met", "met"}
	judged := make([]report.Judged, 0, workloads)
	supplier, contract, footprint := &r.Suppliers[0], &r.Contracts[0], &r.Footprints[0]
	supplier.Workloads, contract.Workloads, footprint.Workloads, supplier.Notices = nil, nil, nil, nil
	r.Forecast.Turns = nil
	many := report.Notice{ID: "harrow-hosting/2026-09-01-everybody", Title: "Everybody has to look", Received: day("2026-09-01")}
	for i := range 2000 {
		n := report.Notice{ID: fmt.Sprintf("harrow-hosting/%d", i), Title: fmt.Sprintf("Change %d of what is done for the region", i), About: []string{"location"}, Received: day("2020-01-01").AddDays(i)}
		supplier.Notices = append(supplier.Notices, n)
		who := report.Ref{ID: fmt.Sprint("Z", i), Name: fmt.Sprintf("Hospitals of the region, number %d", i)}
		many.Owed = append(many.Owed, report.Owed{Organisation: who, Until: day("2026-12-01"), Workloads: []string{"Z9A1A/archive-00001"}})
		many.Looks = append(many.Looks, report.Look{Organisation: who, On: day("2026-09-02"), Office: "IG lead", Effect: "Nothing that we use changes."})
	}
	supplier.Notices = append(supplier.Notices, many)
	for i := range workloads {
		ref := report.Ref{Kind: "workload", ID: fmt.Sprintf("Z9A1A/archive-%05d", i), Name: fmt.Sprintf("Archive %d of the images of the region", i)}
		state := states[i%len(states)]
		w := report.Workload{
			ID: ref.ID, Name: ref.Name, Organisation: trust, Type: "production", Phase: "live",
			Status:   report.Status{State: state, Sentence: "Was in order, and the day for a new look has passed: the list of places was last looked at on 27 July 2025; local policy asks for a new look every 13 months.", Counts: map[string]int{state: 1}, Main: "OFF-01", Due: day("2026-12-01")},
			Verdicts: []report.Verdict{{Obligation: "OFF-01", Subject: ref, State: state, Reasons: []report.Reason{{Text: "The list of places was last looked at on 27 July 2025."}}}},
			Timeline: &report.Timeline{Segments: []report.Segment{{From: day("2025-01-01"), Until: day("2026-01-01").AddDays(i % 300), State: "met", Sentence: "Meets every duty that applies."}, {From: day("2026-01-01").AddDays(i % 300), State: state, Sentence: "The day for a new look has passed."}}},
		}
		r.Workloads = append(r.Workloads, w)
		judged = append(judged, report.Judged{Subject: ref, State: state, Text: "The list of places was last looked at on 27 July 2025."})
		on := day("2026-12-01").AddDays(i % 700)
		r.Due = append(r.Due, report.Due{On: on, Days: i, Obligation: "OFF-01", Title: "Personal data stays where the law allows", Subject: ref, Workloads: []string{ref.ID}, Text: "A new look is due.", Rule: "cadence", Then: "overdue", Office: "siro"})
		r.Forecast.Turns = append(r.Forecast.Turns, report.ToCome{On: on, Obligation: "OFF-01", Title: "Personal data stays where the law allows", Subject: ref, Workloads: []string{ref.ID}, From: "met", To: "overdue", Text: "A new look is due.", Remedy: "Look at the list of places, and record the look."})
		supplier.Workloads, contract.Workloads, footprint.Workloads = append(supplier.Workloads, ref), append(contract.Workloads, ref), append(footprint.Workloads, ref)
		r.Exceptions = append(r.Exceptions, report.Exception{Workload: ref, Obligations: []string{"OFF-01"}, Reason: "The second region opens in January.", Instead: "A nightly copy.", From: day("2026-01-01"), To: day("2027-01-01"), State: "in-force", Path: "evidence/x.yaml"})
	}
	byState := func(a, b report.Judged) int { return report.StateRank(a.State) - report.StateRank(b.State) }
	slices.SortStableFunc(judged, byState)
	slices.SortStableFunc(r.Due, func(a, b report.Due) int { return a.On.Compare(b.On) })
	slices.SortStableFunc(r.Forecast.Turns, func(a, b report.ToCome) int { return a.On.Compare(b.On) })
	for i := range r.Obligations {
		r.Obligations[i].Subjects = nil
	}
	r.Obligations[0].Subjects = judged
	r.Summary.Workloads = map[string]int{}
	for _, w := range r.Workloads {
		r.Summary.Workloads[w.Status.State]++
	}
	return r, report.ListsOf(r)
}

// TestNoPageGrowsWithTheRegister makes the lists of ten thousand workloads. Every page stays within 500 kB and keeps the
// promises of all pages; every workload is on a list, and every due day on a page of the calendar.
func TestNoPageGrowsWithTheRegister(t *testing.T) {
	t.Parallel()
	const workloads = 10000
	r, lists := large(workloads)
	c := sampleConfig()
	c.Calendar = nil
	p, err := New(Frame{r.Origin, r.Obligations, r.Tensions, r.NotFound}, look(t, nil), c)
	if err != nil {
		t.Fatal(err)
	}
	var files []File
	keep := func(more []File, err error) {
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	keep(p.Supplier(&r.Suppliers[0]))
	keep(p.Organisation(&r.Organisations[0], lists.ByOrganisation()["Z9A1A"]))
	keep(p.Contract(&r.Contracts[0]))
	keep(p.Footprint(&r.Footprints[0]))
	files = append(files, listsOf(t, p, lists)...)
	named := map[string]map[string]bool{}
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".html") {
			continue
		}
		if len(f.Data) > 500_000 {
			t.Errorf("%s has %d bytes", f.Path, len(f.Data))
		}
		list := strings.TrimRight(strings.TrimSuffix(f.Path, ".html"), "-0123456789")
		for _, line := range bytes.Split(f.Data, []byte(`archive-`))[1:] {
			if named[list] == nil {
				named[list] = map[string]bool{}
			}
			named[list][string(line[:5])] = true
		}
	}
	for _, list := range []string{"lists/supplier-harrow-hosting", "lists/contract-Z", "calendar/", "changes/", "forecast/", "lists/exceptions"} {
		n := 0
		for name, ids := range named {
			if strings.HasPrefix(name, list) {
				n += len(ids)
			}
		}
		if n < workloads-partRows {
			t.Errorf("%s names %d workloads", list, n)
		}
	}
	for _, list := range []string{"lists/notices", "lists/notices-of-harrow-hosting", "lists/looks-at-harrow-hosting"} {
		if !slices.ContainsFunc(files, func(f File) bool { return f.Path == list+"-2.html" }) {
			t.Errorf("%s does not go on on a further page", list)
		}
	}
	all := 0
	for name, ids := range named {
		if strings.HasPrefix(name, "lists/workloads-") && !strings.HasPrefix(name, "lists/workloads-by") {
			all += len(ids)
		}
	}
	if all != workloads {
		t.Errorf("the lists by state name %d workloads, want %d", all, workloads)
	}
	// Later parts are as the first two are.
	pages := parsePages(t, slices.DeleteFunc(slices.Clone(files), func(f File) bool { return laterPart.MatchString(f.Path) }))
	for name, promise := range promises {
		for _, p := range pages {
			for _, broken := range promise(p) {
				t.Errorf("%s: %s: %s", name, p.path, broken)
			}
		}
	}
	for _, broken := range deadLinks(withStubs(files, r), pages) {
		t.Error(broken)
	}
}

var laterPart = regexp.MustCompile(`^(lists/.*|[a-z]+/[0-9]{4}-[0-9]{2})-([3-9]|[0-9]{2,})\.html$`)

// withStubs adds a file for every workload, so that links to it lead somewhere.
func withStubs(files []File, r *report.Report) []File {
	for _, w := range r.Workloads {
		files = append(files, File{Path: "workloads/" + fileName(w.ID) + ".html"})
	}
	return files
}

func TestOneMoreSubjectLeavesFullPartsAlone(t *testing.T) {
	t.Parallel()
	parts := func(n int) []string {
		var out []string
		p := benched(t)
		refs := make([]report.Ref, n)
		for i := range refs {
			refs[i] = report.Ref{Kind: "workload", ID: fmt.Sprint("Z9A1A/", i), Name: fmt.Sprint("Archive ", i)}
		}
		for _, part := range p.parts("suppliers/x.html", nil, refList(refs)) {
			out = append(out, string(part))
		}
		return out
	}
	before, after := parts(2*partRows), parts(2*partRows+1)
	if len(before) != 2 || len(after) != 3 {
		t.Fatalf("%d and %d parts", len(before), len(after))
	}
	if diff := cmp.Diff(before, after[:2]); diff != "" {
		t.Error(diff)
	}
}

// TestASubjectStaysAsItIsWhenOthersChange: its files depend on its own detail and on nothing that another commit moves.
func TestASubjectStaysAsItIsWhenOthersChange(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Origin.Dirty = false
	known := &report.Commit{ID: "4f1c2d3e4f1c2d3e4f1c2d3e4f1c2d3e4f1c2d3e", Day: day("2026-03-02"), Files: []report.Change{}}
	files := func(o report.Origin) []File {
		p, err := New(Frame{o, r.Obligations, r.Tensions, r.NotFound}, look(t, nil), sampleConfig())
		if err != nil {
			t.Fatal(err)
		}
		w, s, org := r.Workloads[0], r.Suppliers[0], r.Organisations[0]
		w.Known, s.Known, org.Known = known, known, known
		return slices.Concat(must(p.Workload(&w)), must(p.Supplier(&s)), must(p.Organisation(&org, report.Holding{})))
	}
	later := r.Origin
	later.KnownAt, later.KnownDay, later.Evidence = strings.Repeat("7", 40), day("2026-11-22"), digestOf('f')
	later.Command = strings.ReplaceAll(r.Origin.Command, r.Origin.KnownAt[:12], later.KnownAt)
	first := r.Origin
	first.Command = "muniment build --as-of 2026-11-22 --known-at " + first.KnownAt
	later.Command = "muniment build --as-of 2026-11-22 --known-at " + later.KnownAt
	before, after := files(first), files(later)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	for _, f := range before {
		if strings.HasSuffix(f.Path, ".html") && !bytes.Contains(f.Data, []byte("4f1c2d3e4f1c")) {
			t.Errorf("%s does not name the commit that it rests on", f.Path)
		}
		if strings.HasSuffix(f.Path, ".json") && !bytes.Contains(f.Data, []byte(`"command":"muniment build --as-of 2026-11-22 --known-at `+known.ID+`"`)) {
			t.Errorf("%s does not say how to make it again: %.400s", f.Path, f.Data)
		}
	}
}

// TestAFrameMadeBeforehandIsThatOfThePage holds pages whose frame was made once against pages laid out one by one.
func TestAFrameMadeBeforehandIsThatOfThePage(t *testing.T) {
	t.Parallel()
	for _, dirty := range []bool{false, true} {
		r := sample()
		r.Origin.Dirty = dirty
		r.Workloads[0].Known = &report.Commit{ID: "4f1c2d3e4f1c2d3e", Day: day("2026-03-02")}
		p, err := New(Frame{r.Origin, r.Obligations, r.Tensions, r.NotFound}, look(t, nil), sampleConfig())
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range r.Workloads {
			got := must(p.Workload(&w))[0].Data
			s := p.subject(report.Ref{Kind: "workload", ID: w.ID, Name: w.Name}, "workloads.html", navWorkloads, w.Status, w.Verdicts, w.Known)
			frame, err := p.layout(s.Page)
			if err != nil {
				t.Fatal(err)
			}
			before, after, _ := bytes.Cut(frame, []byte("\x000\x00"))
			if !bytes.HasPrefix(got, before) || !bytes.HasSuffix(got, bytes.TrimPrefix(after, []byte("\n"))) {
				t.Errorf("%s, dirty %t: the frame is another", w.ID, dirty)
			}
			if f, ok := p.frames.Load(keyOfFrame(s.Page)); !ok || f.(pageFrame) == nil {
				t.Errorf("%s, dirty %t: its frame was not made beforehand", w.ID, dirty)
			}
		}
	}
}
