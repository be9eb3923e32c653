// Tests that the parts of the schemas agree with each other: what a row of the catalogue names must exist in the shapes of
// records, in the registers and in the policy.
package schemas_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/schema"
	"example.org/muniment/schemas"
)

// row is a row of the catalogue as plain data, so that the test needs nothing of the code that judges by it.
type row struct {
	ID       string
	Title    string
	Duty     string
	Remedy   string
	Strength string
	Subject  string
	Missing  string
	Kind     string
	Tensions []string
	Renewal  struct {
		From, Next, Policy string
		ReviewOf           []string
	}
	Record struct {
		Of, Root, Constraint, Where string
		Order                       []struct{ Earlier, Later string }
	}
	Approval struct {
		Offices, ConfidentialPatient, Covers []string
		NotBefore, NotAfter, Policy          string
	}
	Review struct {
		Of                           []string
		From, Policy, Interval, Next string
	}
	Certificate struct{ Groups []struct{ Schemes []string } }
	Limit       struct{ Policy string }
	Answers     struct {
		Set, From, Key, Answer string
		Only                   []string
	}
	Declaration struct {
		Of, On, By, Office string
		Fields             []string
	}
	Notice    struct{ Policy string }
	Freshness struct{ Of, Policy string }
}

type lists struct {
	Schemes, Mechanisms, Tensions map[string]any
	Sets                          map[string]struct {
		Questions []struct {
			Key, PartOf string
			Also        []string
		}
	}
}

type loaded struct {
	rows   map[string]row
	lists  lists
	shapes *schema.Set
}

var load = sync.OnceValues(func() (*loaded, error) {
	var catalogue, registers map[string]any
	l := new(loaded)
	if err := schema.LoadData(schemas.FS, "obligations", &catalogue); err != nil {
		return nil, err
	}
	if err := schema.LoadData(schemas.FS, "registers", &registers); err != nil {
		return nil, err
	}
	if err := remarshal(catalogue["obligations"], &l.rows); err != nil {
		return nil, err
	}
	if err := remarshal(registers, &l.lists); err != nil {
		return nil, err
	}
	var err error
	l.shapes, err = schema.Load(schemas.FS)
	return l, err
})

func remarshal(from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func all(t *testing.T) *loaded {
	t.Helper()
	l, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// field finds a field of a kind by its path without list brackets.
func (l *loaded) field(kind, path string) (schema.Field, bool) {
	for _, f := range l.shapes.Fields(kind) {
		if strings.ReplaceAll(f.Path, "[]", "") == path {
			return f, true
		}
	}
	return schema.Field{}, false
}

func (l *loaded) choices(kind, path string) []string {
	f, _ := l.field(kind, path)
	return f.Choices
}

func TestEveryRowOfTheSourcesIsThere(t *testing.T) {
	t.Parallel()
	l := all(t)
	got := make(map[string][]string)
	for id := range l.rows {
		base := strings.TrimRight(id, "abcdefghijklmnopqrstuvwxyz")
		if !slices.Contains(got[id[:3]], base) {
			got[id[:3]] = append(got[id[:3]], base)
		}
	}
	for document, count := range map[string]int{"OFF": 32, "INN": 16, "NWS": 8, "VIS": 12, "DIA": 8} {
		slices.Sort(got[document])
		var want []string
		for n := range count {
			want = append(want, fmt.Sprintf("%s-%02d", document, n+1))
		}
		if diff := cmp.Diff(want, got[document]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", document, diff)
		}
	}
}

func TestRowsNameOnlyFieldsThatExist(t *testing.T) {
	t.Parallel()
	l := all(t)
	kinds := l.shapes.Kinds()
	for id, r := range l.rows {
		refs := []string{
			r.Renewal.From, r.Renewal.Next, r.Approval.NotBefore, r.Approval.NotAfter, r.Review.From, r.Review.Interval, r.Review.Next,
			r.Answers.From, r.Declaration.Of, r.Freshness.Of,
		}
		for _, o := range r.Record.Order {
			refs = append(refs, o.Earlier, o.Later)
		}
		if r.Record.Root != "" {
			refs = append(refs, r.Record.Of+":"+r.Record.Root)
		}
		for _, name := range append([]string{r.Declaration.On, r.Declaration.By}, r.Declaration.Fields...) {
			if name != "" {
				refs = append(refs, r.Declaration.Of+"."+name)
			}
		}
		for _, name := range []string{r.Answers.Key, r.Answers.Answer} {
			if name != "" {
				refs = append(refs, r.Answers.From+"."+name)
			}
		}
		for _, path := range slices.Concat(fieldsOf(t, r.Record.Constraint), fieldsOf(t, r.Record.Where)) {
			refs = append(refs, r.Record.Of+":"+path)
		}
		for _, ref := range refs {
			kind, path, _ := strings.Cut(ref, ":")
			if _, ok := l.field(kind, path); ref != "" && !ok {
				t.Errorf("%s: there is no field %s", id, ref)
			}
		}
		for _, kind := range append([]string{r.Record.Of}, r.Approval.Covers...) {
			if kind != "" && !slices.Contains(kinds, kind) {
				t.Errorf("%s: there is no kind of record %s", id, kind)
			}
		}
	}
}

var tokens = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[A-Za-z]+[!?]?:|[{}]`)

// fieldsOf lists the dotted paths of the fields that a constraint names.
func fieldsOf(t *testing.T, constraint string) (paths []string) {
	t.Helper()
	var stack []string
	label := ""
	for _, token := range tokens.FindAllString(constraint, -1) {
		switch {
		case token == "{":
			stack = append(stack, label)
		case token == "}":
			stack = stack[:len(stack)-1]
		case strings.HasSuffix(token, ":"):
			label = strings.TrimRight(token, "!?:")
			path := strings.Join(append(slices.Clone(stack), label), ".")
			paths = append(paths, strings.TrimLeft(path, "."))
		}
	}
	if len(stack) != 0 {
		t.Errorf("braces do not match in %s", constraint)
	}
	return paths
}

func TestConstraintsCompile(t *testing.T) {
	t.Parallel()
	for id, r := range all(t).rows {
		for _, text := range []string{r.Record.Constraint, r.Record.Where} {
			if text == "" {
				continue
			}
			if _, err := schema.Compile(text); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
}

func TestRowsNameOnlyLocalChoicesThatExist(t *testing.T) {
	t.Parallel()
	l := all(t)
	used := make(map[string]bool)
	for id, r := range l.rows {
		for _, key := range []string{r.Renewal.Policy, r.Approval.Policy, r.Review.Policy, r.Limit.Policy, r.Notice.Policy, r.Freshness.Policy} {
			if key == "" {
				continue
			}
			used[key] = true
			_, cadence := l.field("policy", "cadences."+key)
			_, limit := l.field("policy", "limits."+key)
			if cadence == limit { // in neither, or in both
				t.Errorf("%s: the local policy has no single key %s", id, key)
			}
		}
	}
	// Chosen by the scheme of a certificate, by acceptances and by exceptions, not by a row.
	for _, key := range []string{"report", "penetrationTest", "acceptance", "exception"} {
		used[key] = true
	}
	for _, f := range l.shapes.Fields("policy") {
		group, key, ok := strings.Cut(f.Path, ".")
		if ok && (group == "cadences" || group == "limits") && !strings.Contains(key, ".") && !used[key] {
			t.Errorf("nothing uses the local choice %s", f.Path)
		}
	}
}

func TestRowsAndRecordsUseTheSameWords(t *testing.T) {
	t.Parallel()
	l := all(t)
	for id, r := range l.rows {
		within(t, id+" offices", slices.Concat(r.Approval.Offices, r.Approval.ConfidentialPatient, one(r.Declaration.Office)), l.choices("approval", "office"))
		within(t, id+" reviews", slices.Concat(r.Renewal.ReviewOf, r.Review.Of), l.choices("review", "of"))
		for _, g := range r.Certificate.Groups {
			within(t, id+" schemes", g.Schemes, l.choices("certificate", "scheme"))
		}
		within(t, id+" tensions", r.Tensions, keys(l.lists.Tensions))
		if r.Answers.Set == "" {
			continue
		}
		var questions []string
		for _, q := range l.lists.Sets[r.Answers.Set].Questions {
			questions = append(questions, q.Key)
		}
		if len(questions) == 0 {
			t.Errorf("%s: there is no set of questions %s", id, r.Answers.Set)
		}
		within(t, id+" questions", r.Answers.Only, questions)
		kind, path, _ := strings.Cut(r.Answers.From, ":")
		if choices := l.choices(kind, path+"."+r.Answers.Key); len(choices) > 0 {
			within(t, id+" set "+r.Answers.Set, questions, choices)
		}
	}
}

func TestRegistersAndRecordsUseTheSameWords(t *testing.T) {
	t.Parallel()
	l := all(t)
	same(t, "schemes", keys(l.lists.Schemes), l.choices("certificate", "scheme"))
	same(t, "mechanisms", keys(l.lists.Mechanisms), l.choices("assessment", "transfers.mechanism"))
	principle := regexp.MustCompile(`^(ncsc:[0-9]{1,2}(\.[0-9])?@current|gpg:[0-9]{1,2}(\.[0-9])?@2018)$`)
	for _, q := range l.lists.Sets["ncsc-principles"].Questions {
		for _, key := range append([]string{q.Key}, q.Also...) {
			if !principle.MatchString(key) {
				t.Errorf("%s is no principle that a record can name", key)
			}
		}
	}
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, q := range l.lists.Sets["provider-questions"].Questions {
		if !slug.MatchString(q.Key) {
			t.Errorf("%s is no question that a record can name", q.Key)
		}
	}
}

func TestQuestionsAreAskedOnce(t *testing.T) {
	t.Parallel()
	for name, set := range all(t).lists.Sets {
		seen := make(map[string]bool)
		for _, q := range set.Questions {
			for _, key := range append([]string{q.Key}, q.Also...) {
				if seen[key] {
					t.Errorf("%s: %s is there twice", name, key)
				}
				seen[key] = true
			}
		}
	}
}

func TestRowsReadAsSentences(t *testing.T) {
	t.Parallel()
	titles := make(map[string]string)
	for id, r := range all(t).rows {
		if strings.HasSuffix(r.Title, ".") || len(r.Title) > 80 {
			t.Errorf("%s: the title is a short heading without a full stop: %q", id, r.Title)
		}
		for _, text := range []string{r.Duty, r.Remedy} {
			if !strings.HasSuffix(text, ".") {
				t.Errorf("%s: not a sentence: %q", id, text)
			}
		}
		if other, twice := titles[r.Title]; twice {
			t.Errorf("%s and %s have the same title", id, other)
		}
		titles[r.Title] = id
		if r.Strength == "advisory" && (r.Missing == "blocked" || r.Missing == "failing") {
			t.Errorf("%s: advice cannot be %s", id, r.Missing)
		}
	}
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func keys[V any](m map[string]V) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

func within(t *testing.T, what string, words, known []string) {
	t.Helper()
	for _, w := range words {
		if !slices.Contains(known, w) {
			t.Errorf("%s: %q is not among %v", what, w, known)
		}
	}
}

func same(t *testing.T, what string, a, b []string) {
	t.Helper()
	b = slices.Sorted(slices.Values(b))
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("%s (-records +registers):\n%s", what, diff)
	}
}
