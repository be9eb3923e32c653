package muniment_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestIssueFormsAreForms holds the forms of .github against what GitHub asks of one; it shows none that has a fault.
func TestIssueFormsAreForms(t *testing.T) {
	forms, err := filepath.Glob(".github/ISSUE_TEMPLATE/*.yml")
	if err != nil || len(forms) < 4 {
		t.Fatalf("%d forms, %v", len(forms), err)
	}
	for _, name := range forms {
		if filepath.Base(name) == "config.yml" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var form struct {
			Name, Description, Title string
			Labels                   []string
			Body                     []struct {
				Type, ID   string
				Attributes struct {
					Label, Description, Value, Placeholder string
					Multiple                               bool
					Options                                []yaml.Node
				}
				Validations struct{ Required bool }
			}
		}
		if err := yaml.Unmarshal(text, &form); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if form.Name == "" || form.Description == "" || len(form.Body) == 0 {
			t.Errorf("%s lacks a name, a description or a body", name)
		}
		ids, asksNotToName := map[string]bool{}, false
		for i, field := range form.Body {
			a := field.Attributes
			switch {
			case !slices.Contains([]string{"markdown", "input", "textarea", "dropdown", "checkboxes"}, field.Type):
				t.Errorf("%s: field %d has type %q", name, i, field.Type)
			case field.Type == "markdown" && a.Value == "":
				t.Errorf("%s: field %d says nothing", name, i)
			case field.Type != "markdown" && (a.Label == "" || field.ID == "" || ids[field.ID]):
				t.Errorf("%s: field %d has no label, or no id of its own", name, i)
			case (field.Type == "dropdown" || field.Type == "checkboxes") && len(a.Options) == 0:
				t.Errorf("%s: field %s gives no choice", name, field.ID)
			}
			ids[field.ID] = true
			asksNotToName = asksNotToName || field.Type == "checkboxes"
		}
		if !asksNotToName {
			t.Errorf("%s does not ask to leave people out", name)
		}
	}
}
