package record_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

// Values must be what encoding/json makes of the same facts.
func TestDecodeGivesWhatJSONGives(t *testing.T) {
	t.Parallel()
	files, compared := os.DirFS("../.."), map[record.Kind]int{}
	err := fs.WalkDir(files, record.Root, func(p string, d fs.DirEntry, err error) error {
		kind, ok := record.KindOf(p)
		if err != nil || d.IsDir() || !ok {
			return err
		}
		src, err := fs.ReadFile(files, p)
		if err != nil {
			return err
		}
		var root *tree.Node
		if filepath.Ext(p) == ".md" {
			root, _, _, _ = strictyaml.FrontMatter(p, src, strictyaml.Limits{})
		} else {
			root, _ = strictyaml.Read(p, src, strictyaml.Limits{})
		}
		r := record.New(p, kind, root)
		if root == nil {
			t.Errorf("%s cannot be read", p)
			return nil
		}
		if err := r.Decode(); err != nil {
			t.Error(err)
			return nil
		}
		want := reflect.New(reflect.TypeOf(r.Value).Elem()).Interface()
		if err := json.Unmarshal(r.Tree().AppendJSON(nil), want); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(want, r.Value); diff != "" {
			t.Errorf("%s (-JSON +tree):\n%s", p, diff)
		}
		compared[kind]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, home := range record.Homes() {
		if compared[home.Kind] == 0 {
			t.Errorf("no record of kind %s was compared", home.Kind)
		}
	}
}

// A value of the wrong type is an error for both, and neither repeats it.
func TestDecodeRefusesWhatJSONRefuses(t *testing.T) {
	t.Parallel()
	for claim, src := range map[string]string{
		"text for a number":      "budget: {monthly: secret}\n",
		"a decimal for a number": "budget: {monthly: 1.5}\n",
		"too large a number":     "budget: {monthly: 9223372036854775807}\n", // fits: 64 bits
		"a number for text":      "owner: {title: 3}\n",
		"text for a group":       "owner: secret\n",
		"a group for a list":     "months: {a: secret}\n",
		"a list for a group":     "budget: [secret]\n",
		"no day":                 "budget: {from: secret}\n",
		"a number for a day":     "budget: {from: 3}\n",
		"another field":          "other: secret\n",
		"a name in capitals":     "OWNER: {Title: x}\n",
	} {
		n, fs := strictyaml.Read("costs.yaml", []byte(src), strictyaml.Limits{})
		if n == nil {
			t.Fatal(claim, fs)
		}
		got, want := new(record.Costs), new(record.Costs)
		err, errJSON := n.Decode(got), json.Unmarshal(n.AppendJSON(nil), want)
		if (err == nil) != (errJSON == nil) {
			t.Errorf("%s: %v, JSON says %v", claim, err, errJSON)
		}
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, JSON gives %+v", claim, got, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error repeats the value: %v", claim, err)
		}
	}
}
