package site

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// signed puts a word of its own into every text of a value, and notes where each was put.
func signed(v reflect.Value, place string, at map[string]string) {
	switch v.Kind() {
	case reflect.String:
		word := fmt.Sprintf("mark%d", len(at))
		v.SetString(word)
		at[place] = word
	case reflect.Pointer:
		if !slices.Contains([]reflect.Type{reflect.TypeFor[*report.Timeline](), reflect.TypeFor[*report.Commit]()}, v.Type()) {
			v.Set(reflect.New(v.Type().Elem()))
			signed(v.Elem(), place, at)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		signed(v.Index(0), place, at)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[calendar.Date]() {
			return
		}
		for i := range v.NumField() {
			signed(v.Field(i), strings.TrimPrefix(place+"."+v.Type().Field(i).Name, "."), at)
		}
	}
}

// TestWhatIsInNoTexts lists the texts of every report that are in no index of texts. A new field is in one, or it is put on the list
// for a reason: it is what the program says, a key of its own, a day or a digest, or a list of others that rest on the subject.
func TestWhatIsInNoTexts(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		detail  any
		leftOut []string
	}{
		"workload": {new(report.Workload), []string{
			"Approvals.Code", "Approvals.Covers", "Approvals.Digest", "Approvals.Entered", "Approvals.Holder", "Approvals.Key", "Approvals.Path", "Approvals.Print",
			"Approvals.Proof", "Approvals.State", "Approvals.Text", "Approvals.Witnessed", "DPIA.Path", "DPIA.Sections", "Data.Label", "Data.Place", "DependsOn.Kind",
			"Exceptions.Path", "Exceptions.State", "Exceptions.Text", "Exceptions.Workload", "ExitPlan.Label", "ExitPlan.Place", "Files.Kind", "Files.Path", "Files.SHA256",
			"Footprints.Kind", "History", "Locations.Basis", "Locations.Country", "Costs.Months.Month", "Organisation.Kind", "Controller.Kind", "Personal", "Reviews.Path",
			"Status", "Suppliers.Acceptance", "Suppliers.Contract.Kind", "Suppliers.Status", "Suppliers.Supplier.Kind", "Transfers.Text", "Verdicts", "Visibility",
		}},
		"organisation": {new(report.Organisation), []string{"Contracts", "Footprints.Kind", "History", "Status", "Verdicts", "Workloads"}},
		"supplier": {new(report.Supplier), []string{
			"Certificates.ID", "Certificates.Path", "Certificates.Text", "History", "Notices.Assessed", "Notices.ID", "Notices.Looks.Organisation.Kind", "Notices.Owed", "Notices.Path",
			"Notices.Waiting", "Principles.Key", "Principles.Old", "Principles.Text", "Products.ID", "Status", "Verdicts", "Workloads",
		}},
		"contract":  {new(report.Contract), []string{"Organisation.Kind", "Status", "Supplier.Kind", "Verdicts", "Workloads"}},
		"footprint": {new(report.Footprint), []string{"Lead", "Members.Organisation.Kind", "Status", "Verdicts", "Workloads"}},
	} {
		at := map[string]string{}
		signed(reflect.ValueOf(c.detail).Elem(), "", at)
		words := strings.Fields(Words(c.detail))
		covered := map[string]bool{}
		for place, word := range at {
			_, found := slices.BinarySearch(words, word)
			i := slices.IndexFunc(c.leftOut, func(out string) bool { return place == out || strings.HasPrefix(place, out+".") })
			if i >= 0 {
				covered[c.leftOut[i]] = true
			}
			if found == (i >= 0) {
				t.Errorf("%s: %s is found: %t", kind, place, found)
			}
		}
		for _, out := range c.leftOut {
			if !covered[out] {
				t.Errorf("%s: there is no %s to leave out", kind, out)
			}
		}
	}
}

// TestEveryKindOfTextIsFound writes a word into one text of the sample, and sees that it is found there and was not before.
func TestEveryKindOfTextIsFound(t *testing.T) {
	t.Parallel()
	workload := func(r *report.Report) any { return &r.Workloads[0] }
	supplier := func(r *report.Report) any { return &r.Suppliers[0] }
	organisation := func(r *report.Report) any { return &r.Organisations[0] }
	contract := func(r *report.Report) any { return &r.Contracts[0] }
	footprint := func(r *report.Report) any { return &r.Footprints[0] }
	for name, c := range map[string]struct {
		of   func(*report.Report) any
		text func(*report.Report) *string
	}{
		"a summary":                                {workload, func(r *report.Report) *string { return &r.Workloads[0].Summary }},
		"a reason for a class":                     {workload, func(r *report.Report) *string { return &r.Workloads[0].ClassReason }},
		"a reason of a decision":                   {workload, func(r *report.Report) *string { return &r.Workloads[0].Decision.Reasons }},
		"a condition of a decision":                {workload, func(r *report.Report) *string { return &r.Workloads[0].Decision.Conditions[0] }},
		"a condition of an approval":               {workload, func(r *report.Report) *string { return &r.Workloads[0].Approvals[0].Conditions[0] }},
		"what is known of the data":                {workload, func(r *report.Report) *string { return &r.Workloads[0].Data[0].Text }},
		"a risk":                                   {workload, func(r *report.Report) *string { return &r.Workloads[0].Risks[0].Effect }},
		"how a risk is treated":                    {workload, func(r *report.Report) *string { return &r.Workloads[0].Risks[0].Controls[0].What }},
		"where data is":                            {workload, func(r *report.Report) *string { return &r.Workloads[0].Locations[0].Region }},
		"an exit plan":                             {workload, func(r *report.Report) *string { return &r.Workloads[0].ExitPlan[0].Text }},
		"what was done about costs":                {workload, func(r *report.Report) *string { return &r.Workloads[0].Costs.Months[0].Action }},
		"what a review found":                      {workload, func(r *report.Report) *string { return &r.Workloads[0].Reviews[0].Reason }},
		"what was looked at":                       {workload, func(r *report.Report) *string { return &r.Workloads[0].Reviews[0].LookedAt[0] }},
		"what is to be done after a review":        {workload, func(r *report.Report) *string { return &r.Workloads[0].Reviews[0].Actions[0].What }},
		"why something is excepted":                {workload, func(r *report.Report) *string { return &r.Workloads[0].Exceptions[0].Reason }},
		"what is done instead":                     {workload, func(r *report.Report) *string { return &r.Workloads[0].Exceptions[0].Instead }},
		"the prose of an impact assessment":        {workload, func(r *report.Report) *string { return &r.Workloads[0].DPIA.HTML }},
		"its name":                                 {workload, func(r *report.Report) *string { return &r.Workloads[0].Name }},
		"whom it relies on":                        {workload, func(r *report.Report) *string { return &r.Workloads[0].Suppliers[0].Supplier.Name }},
		"who owns it":                              {workload, func(r *report.Report) *string { return &r.Workloads[0].Owner.Title }},
		"what a certificate is for":                {supplier, func(r *report.Report) *string { return &r.Suppliers[0].Certificates[0].Scope }},
		"what a supplier states about a principle": {supplier, func(r *report.Report) *string { return &r.Suppliers[0].Principles[0].Summary }},
		"a supplier's notice":                      {supplier, func(r *report.Report) *string { return &r.Suppliers[0].Notices[0].Title }},
		"what a notice means somewhere":            {supplier, func(r *report.Report) *string { return &r.Suppliers[0].Notices[0].Looks[0].Effect }},
		"a product of a supplier":                  {supplier, func(r *report.Report) *string { return &r.Suppliers[0].Products[0].Name }},
		"who holds an office":                      {organisation, func(r *report.Report) *string { return &r.Organisations[0].Offices[0].Holder }},
		"with whom a contract is":                  {contract, func(r *report.Report) *string { return &r.Contracts[0].Supplier.Name }},
		"who is in a footprint":                    {footprint, func(r *report.Report) *string { return &r.Footprints[0].Members[0].Organisation.Name }},
	} {
		r := sample()
		found := func() bool { return slices.Contains(strings.Fields(Words(c.of(r))), "quixotry") }
		before := found()
		*c.text(r) += " All quixotry."
		if before || !found() {
			t.Errorf("%s: found before it was written: %t; then: %t", name, before, found())
		}
	}
}

// TestWhatProseShows: the words of an impact assessment are those that its readers see.
func TestWhatProseShows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ html, want string }{
		"a heading and what is below it":          {`<h3 id="s-x">Step one</h3>` + "\n<p>Images.</p>\n", "images one step"},
		"a word of which a part is marked is one": {"<p>qui<strong>xo</strong>t<em>r</em>y</p>", "quixotry"},
		"cells beside each other are not":         {"<td>one</td><td>two</td>", "one two"},
		"a break of the line ends a word":         {"<p>one<br>two</p>", "one two"},
		"what a picture is said to show":          {`<p><img src="files/x.png" alt="All &#34;flows&#34; &gt; x"></p>`, "> all flows x"},
		"not where a link leads":                  {`<p class="prose"><a href="https://quixotry.example.org">Here</a></p>`, "here"},
		"signs that are escaped":                  {"<p>a &lt;b&gt; R&amp;D</p>", "<b> a d r"},
		"code as it stands":                       {"<pre><code>a = 1\nb</code></pre>", "1 = a b"},
	} {
		w := &report.Workload{DPIA: &report.DPIA{HTML: c.html}}
		if got := Words(w); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestTextsAreOfferedWhereThereAreSome: on the search page of a portal for the inside, and never to the public.
func TestTextsAreOfferedWhereThereAreSome(t *testing.T) {
	t.Parallel()
	p := benched(t)
	texts := new(Texts)
	texts.Add(report.Ref{Kind: "workload", ID: "Z9A1A/imaging-archive"}, "some words")
	page := func(parts []TextPart) string {
		for _, f := range listsFrom(t, p, report.ListsOf(sample()), parts) {
			if f.Path == "search.html" {
				return string(f.Data)
			}
		}
		return ""
	}
	parts := texts.Parts()
	if got := page(parts); !strings.Contains(got, ` data-inside="`+parts[0].Path+`" `) {
		t.Errorf("the page does not know of %s", parts[0].Path)
	}
	if got := page(nil); got == "" || strings.Contains(got, "data-inside") {
		t.Error("the page offers texts and has none")
	}
}
