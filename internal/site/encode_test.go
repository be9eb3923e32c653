package site

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/report"
)

// TestEncodeIsEncodingJSON holds what is written against encoding/json, byte for byte: with everything in it, with nothing in
// it, and with every payload in every text.
func TestEncodeIsEncodingJSON(t *testing.T) {
	t.Parallel()
	reports := map[string]*report.Report{"everything": sample(), "nothing": {}, "lists without entries": filled("x", 0)}
	for i, payload := range append(payloads, "\u2028\u2029\x7f\x01 é日本 \\\"</script>") {
		reports[fmt.Sprint("payload ", i)] = filled(payload, 2)
	}
	for name, r := range reports {
		lists := report.ListsOf(r)
		documents := []any{
			r, &dueDocument{r.Origin, "2026-12", r.Due}, &changesDocument{r.Origin, "2026-12", lists.Changes}, &suppliersDocument{r.Origin, nil},
			&indexDocument{r.Origin, name, "", r.Summary, documents, r.Exceptions, r.Findings, lists.Overrides}, &forecastDocument{Origin: r.Origin},
		}
		for i := range lists.Workloads {
			documents = append(documents, &workloadsDocument{r.Origin, []workloadLine{{&lists.Workloads[i], place{"a", "b"}}}})
		}
		for i := range r.Workloads {
			documents = append(documents, &workloadDocument{r.Origin, brief(&r.Workloads[i])})
			if line := r.Workloads[i].Timeline; line != nil {
				documents = append(documents, &timelineDocument{r.Origin, report.Ref{}, briefTimeline(line, "evidence/")})
			}
		}
		for _, d := range documents {
			want, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want)+"\n", string(encode(d))); diff != "" {
				t.Errorf("%s, %s (-encoding/json +encode): %s", name, reflect.TypeOf(d), diff)
			}
		}
	}
}

// FuzzAppendString holds strings of documents against encoding/json.
func FuzzAppendString(f *testing.F) {
	for _, payload := range payloads {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendString(nil, s); string(got) != string(want) {
			t.Errorf("%q becomes %s, want %s", s, got, want)
		}
	})
}
