package approval_test

import (
	"fmt"
	"testing"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/statement"
)

// BenchmarkWeigh judges 10,000 signed approvals of 1,000 workloads of one organisation, whose signatures are verified already.
func BenchmarkWeigh(b *testing.B) {
	s := beginScene()
	sample := s.Statements[0]
	s.Statements, s.Rules, s.Position = nil, nil, 10_000
	for i := range 10_000 {
		e, a := sample, *sample.Approval
		name := fmt.Sprint("w", i%1000)
		a.Subject = "ZZ1/" + name
		e.Path = fmt.Sprintf("evidence/organisations/ZZ1/workloads/%s/approvals/%d.yaml", name, i)
		e.Digest, e.Approval, e.Commit = fmt.Sprint("s", i), &a, at(10+i%90)
		s.Statements = append(s.Statements, e)
	}
	b.ReportAllocs()
	for b.Loop() {
		approval.Weigh(s.Case)
	}
}

// BenchmarkOpen reads one statement and verifies its signature by Ed25519.
func BenchmarkOpen(b *testing.B) {
	a := *beginScene().Statements[0].Approval
	a.Schemas, a.Catalogue = record.Digest([]byte("s")), record.Digest([]byte("c"))
	a.Covers = []record.Covered{{Path: assessment, SHA256: record.Digest([]byte("a"))}, {Path: model, SHA256: record.Digest([]byte("m"))}}
	src, err := statement.Encode(&a)
	if err != nil {
		b.Fatal(err)
	}
	sig, err := testSigner("finance").Sign(src)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, seal := approval.Open(src, sig); seal.Fault != "" {
			b.Fatal(seal.Fault)
		}
	}
}
