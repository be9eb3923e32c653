// Package annotate writes findings in the forms that forges, editors and build servers show beside the lines they are about:
// SARIF 2.1.0, GitHub's workflow commands and JUnit. Text from evidence stays text in each of them.
//
//	os.Stdout.Write(annotate.GitHub(annotate.Findings{List: checked.Findings, Files: checked.Files}))
package annotate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/plain"
)

// Findings are what check found.
type Findings struct {
	Tool   string // the program's version
	Folder string // from the top of the repository to where paths begin; "" when they begin there
	Files  int    // that were checked
	List   []finding.Finding
}

// path gives a path from the top of the repository, which is what forges count from.
func (f *Findings) path(p finding.Place) string { return path.Join(f.Folder, p.Path) }

// inLine gives line and column, of the first character for a finding about a file as a whole: without a line a forge shows
// nothing beside the file.
func inLine(p finding.Place) (line, column int) { return max(p.Line, 1), max(p.Column, 1) }

// says is the message with the remedy.
func says(f *finding.Finding) string {
	text := plain.Line(f.Message)
	if f.Remedy != "" {
		text += "\n" + plain.Line("To put it right: "+f.Remedy)
	}
	return text
}

// GitHub writes a workflow command for each finding, errors first, since GitHub shows only the first ten of each sort. What
// follows the commands is for readers of the log.
func GitHub(f Findings) []byte {
	var b strings.Builder
	errors := 0
	for _, severity := range []finding.Severity{finding.Error, finding.Warning} {
		for i := range f.List {
			one := &f.List[i]
			if one.Severity != severity {
				continue
			}
			if severity == finding.Error {
				errors++
			}
			line, column := inLine(one.Place)
			fmt.Fprintf(&b, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", severity, property(f.path(one.Place)), line, column, property(one.Code), data(says(one)))
		}
	}
	fmt.Fprintf(&b, "%d files checked: %d errors, %d warnings.\n", f.Files, errors, len(f.List)-errors)
	return []byte(b.String())
}

// escapeData is for the text of a workflow command, property one of its properties, as GitHub's own toolkit does.
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func data(s string) string { return escapeData.Replace(s) }
func property(s string) string {
	return escapeProperty.Replace(plain.Line(strings.ToValidUTF8(s, "\ufffd")))
}

// SARIF writes a log of version 2.1.0 (OASIS), with what GitHub's code scanning asks for.
func SARIF(f Findings) ([]byte, error) {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}} // our columns count characters
	run.Tool.Driver = sarifDriver{Name: "muniment", Version: f.Tool, Rules: []sarifRule{}}
	rules := map[string]int{}
	for i := range f.List {
		one := &f.List[i]
		rule, ok := rules[one.Code]
		if !ok {
			rule = len(run.Tool.Driver.Rules)
			rules[one.Code] = rule
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: one.Code, Short: sarifText{strings.ReplaceAll(one.Code, "-", " ")}})
		}
		sum := sha256.Sum256([]byte(one.Path + "\x00" + one.Code + "\x00" + one.Message))
		result := sarifResult{
			RuleID: one.Code, RuleIndex: rule, Level: string(one.Severity), Message: sarifText{message(says(one))},
			Locations:    []sarifLocation{f.location(one.Place)},
			Fingerprints: map[string]string{"muniment/v1": hex.EncodeToString(sum[:16])}, // the same when lines move
		}
		for n, p := range one.Related {
			at := f.location(p)
			at.ID = n + 1
			result.Related = append(result.Related, at)
		}
		run.Results = append(run.Results, result)
	}
	doc, err := json.MarshalIndent(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}, "", "  ")
	return append(plain.JSON(doc), '\n'), err
}

// message keeps brackets and braces from being links and places to fill in (SARIF 2.1.0, 3.11.5 and 3.11.6).
func message(s string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(s)
}

func (f *Findings) location(p finding.Place) sarifLocation {
	var at sarifLocation
	at.Physical.Artifact = sarifArtifact{URI: (&url.URL{Path: f.path(p)}).String(), Base: "%SRCROOT%"}
	at.Physical.Region.Line, at.Physical.Region.Column = inLine(p)
	return at
}

type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		ID       int `json:"id,omitempty"`
		Physical struct {
			Artifact sarifArtifact `json:"artifactLocation"`
			Region   struct {
				Line   int `json:"startLine"`
				Column int `json:"startColumn"`
			} `json:"region"`
		} `json:"physicalLocation"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId"`
	}
)

// JUnit writes one test case for the whole and one for each finding: an error fails it, a warning skips it.
func JUnit(f Findings) ([]byte, error) {
	suite := junitSuite{Name: "muniment check", Cases: []junitCase{{Class: "evidence", Name: fmt.Sprintf("%d files checked", f.Files)}}}
	for i := range f.List {
		one := &f.List[i]
		at := finding.Place{Path: f.path(one.Place), Line: one.Line, Column: one.Column}
		c := junitCase{Class: plain.Line(at.Path), Name: plain.Line(one.Code + " at " + at.String()), File: plain.Line(at.Path)}
		said := &junitSaid{Message: plain.Line(one.Message), Type: one.Code, Text: plain.Line(at.String()) + "\n" + says(one)}
		if one.Severity == finding.Error {
			c.Failure = said
			suite.Failures++
		} else {
			c.Skipped = said
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Tests = len(suite.Cases)
	all := junitSuites{Tests: suite.Tests, Failures: suite.Failures, Suites: []junitSuite{suite}}
	doc, err := xml.MarshalIndent(all, "", "  ")
	return slices.Concat([]byte(xml.Header), doc, []byte("\n")), err
}

type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		File    string     `xml:"file,attr,omitempty"`
		Failure *junitSaid `xml:"failure"`
		Skipped *junitSaid `xml:"skipped"`
	}
	junitSaid struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)
