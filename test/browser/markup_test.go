//go:build browser

package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// checkMarkup reads every page with the Nu HTML checker, or with html-validate where there is no Java.
func checkMarkup(t *testing.T, dir string) []fault {
	t.Helper()
	if exec.Command("java", "-version").Run() == nil {
		return nu(t, dir)
	}
	t.Log("there is no Java, so html-validate reads the pages in place of the Nu HTML checker")
	return htmlValidate(t, dir)
}

func nu(t *testing.T, dir string) []fault {
	t.Helper()
	root := absolute(t, dir)
	var said bytes.Buffer
	checker := exec.Command("java", "-Xss4m", "-jar", tool(t, "vnu-jar", "build", "dist", "vnu.jar"),
		"--errors-only", "--skip-non-html", "--exit-zero-always", "--format", "json", root)
	checker.Stderr = &said
	if err := checker.Run(); err != nil {
		t.Fatalf("Nu HTML checker: %v\n%s", err, said.Bytes())
	}
	var answer struct {
		Messages []struct {
			URL, Message, Extract string
			LastLine              int
		}
	}
	if err := json.Unmarshal(said.Bytes(), &answer); err != nil {
		t.Fatalf("Nu HTML checker: %v\n%s", err, said.Bytes())
	}
	var faults []fault
	for _, m := range answer.Messages {
		page := m.URL
		if u, err := url.Parse(m.URL); err == nil {
			page = strings.TrimPrefix(u.Path, filepath.ToSlash(root)+"/")
		}
		faults = append(faults, fault{page, fmt.Sprintf("line %d: %s\n    %s", m.LastLine, m.Message, strings.TrimSpace(m.Extract))})
	}
	return faults
}

func htmlValidate(t *testing.T, dir string) []fault {
	t.Helper()
	root := absolute(t, dir)
	config, err := filepath.Abs("htmlvalidate.json")
	if err != nil {
		t.Fatal(err)
	}
	checker := exec.Command("node", tool(t, "html-validate", "bin", "html-validate.mjs"), "--config", config, "--formatter", "json", root)
	said, err := checker.Output()
	var answer []struct {
		FilePath string
		Messages []struct {
			Severity, Line  int
			RuleID, Message string
		}
	}
	if jsonErr := json.Unmarshal(said, &answer); jsonErr != nil {
		t.Fatalf("html-validate: %v, %v\n%s", err, jsonErr, said)
	}
	var faults []fault
	for _, r := range answer {
		page, err := filepath.Rel(root, r.FilePath)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range r.Messages {
			if m.Severity == 2 {
				faults = append(faults, fault{filepath.ToSlash(page), fmt.Sprintf("line %d: %s [%s]", m.Line, m.Message, m.RuleID)})
			}
		}
	}
	return faults
}

// absolute gives the folder itself, free of links: the checkers name files in their own way.
func absolute(t *testing.T, dir string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(dir)
	if err == nil {
		root, err = filepath.Abs(root)
	}
	if err != nil {
		t.Fatal(err)
	}
	return root
}
