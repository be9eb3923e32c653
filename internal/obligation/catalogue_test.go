package obligation_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/obligation"
)

func TestTheCatalogueIsInOrder(t *testing.T) {
	t.Parallel()
	order := []string{"OFF", "INN", "NWS", "VIS", "DIA"}
	list := catalogue().Obligations
	for i, o := range list {
		if catalogue().Get(o.ID) != o {
			t.Errorf("%s is not found by its id", o.ID)
		}
		if i == 0 {
			continue
		}
		a, b := slices.Index(order, list[i-1].Source.Document), slices.Index(order, o.Source.Document)
		if a > b || a == b && list[i-1].ID >= o.ID {
			t.Errorf("%s comes before %s", list[i-1].ID, o.ID)
		}
		if catalogue().Documents[o.Source.Document] == nil {
			t.Errorf("%s comes from a document that is not described", o.ID)
		}
	}
}

// TestEveryRowOfTheSourcesIsThere: the numbers run without a hole. Rows of several parts carry letters.
func TestEveryRowOfTheSourcesIsThere(t *testing.T) {
	t.Parallel()
	for document, rows := range map[string]int{"OFF": 32, "INN": 16, "NWS": 8, "VIS": 12, "DIA": 8} {
		for n := 1; n <= rows; n++ {
			id := document + "-" + string(rune('0'+n/10)) + string(rune('0'+n%10))
			if !slices.ContainsFunc(catalogue().Obligations, func(o *obligation.Obligation) bool { return strings.HasPrefix(o.ID, id) }) {
				t.Errorf("there is no %s", id)
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	begin := func() *obligation.Obligation {
		return &obligation.Obligation{
			ID: "OFF-99", Subject: obligation.OfWorkload, Source: obligation.Source{Document: "OFF"}, Missing: obligation.Gap,
			Kind: obligation.KindRecord, Record: &obligation.RecordParameters{Of: "workload"},
		}
	}
	if _, err := obligation.New([]*obligation.Obligation{begin()}, nil); err != nil {
		t.Fatalf("the row to begin with: %v", err)
	}
	for _, c := range []struct {
		claim  string
		change func(*obligation.Obligation)
		says   string
	}{
		{"a document that is not known", func(o *obligation.Obligation) { o.Source.Document = "ABC" }, `unknown document "ABC"`},
		{"a condition that is not known", func(o *obligation.Obligation) { o.When = []obligation.Condition{"sunny"} }, `no condition "sunny"`},
		{"a condition of another kind of subject", func(o *obligation.Obligation) { o.Unless = []obligation.Condition{"signed"} }, `no condition "signed" for a workload`},
		{"met as the state of what is missing", func(o *obligation.Obligation) { o.Missing = obligation.Met }, `"met" is no state`},
		{"no state for what is missing", func(o *obligation.Obligation) { o.Missing = "" }, "when the evidence is missing"},
		{"parameters of another kind", func(o *obligation.Obligation) { o.Kind = obligation.KindNotice }, `kind "notice" has no parameters`},
		{"parameters of two kinds", func(o *obligation.Obligation) { o.Notice = &obligation.NoticeParameters{} }, `kind "record"`},
		{"an alias of nothing", func(o *obligation.Obligation) { o.AliasOf = "OFF-98" }, "OFF-98, which does not exist"},
		{"an alias of itself", func(o *obligation.Obligation) { o.AliasOf = "OFF-99" }, "an alias itself"},
		{"contested with nothing", func(o *obligation.Obligation) { o.ContestedWith = []string{"DIA-99"} }, "DIA-99, which does not exist"},
		{"a constraint that does not compile", func(o *obligation.Obligation) { o.Record.Constraint = "{a!: " }, "compile constraint"},
		{"a choice of records that does not compile", func(o *obligation.Obligation) { o.Record.Where = "{a!: " }, "compile constraint"},
		{"a check that is not known", func(o *obligation.Obligation) { o.Record.Check = []string{"weather"} }, `no check "weather"`},
		{"a location rule that is not known", func(o *obligation.Obligation) {
			o.Kind, o.Record, o.Location = obligation.KindLocation, nil, &obligation.LocationParameters{Rule: "nearby"}
		}, `no location rule "nearby"`},
		{"a limit rule that is not known", func(o *obligation.Obligation) {
			o.Kind, o.Record, o.Limit = obligation.KindLimit, nil, &obligation.LimitParameters{Rule: "sky"}
		}, `no limit rule "sky"`},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			o := begin()
			c.change(o)
			_, err := obligation.New([]*obligation.Obligation{o}, nil)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("want an error with %q, got %v", c.says, err)
			}
		})
	}
	if _, err := obligation.New([]*obligation.Obligation{begin(), begin()}, nil); err == nil || !strings.Contains(err.Error(), "there twice") {
		t.Errorf("want an error for an id that is there twice, got %v", err)
	}
}
