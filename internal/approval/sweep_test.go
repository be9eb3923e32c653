package approval_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/statement"
)

// exhibit is one signed approval with everything that it rests on, as bytes.
type exhibit struct {
	statement, signature []byte
	files                map[string][]byte // records and attachments
	rules                fstest.MapFS
	under                statement.Rules // the digests of those rules
	key                  string          // as the appointments list it
	office               record.Office
}

// exhibits makes approvals that differ in everything that may differ.
func exhibits(t *testing.T, n int) []*exhibit {
	t.Helper()
	var list []*exhibit
	for i := range n {
		r := rand.New(rand.NewPCG(uint64(i), 7))
		text := func(n int) []byte {
			b := make([]byte, 1+r.IntN(n))
			for k := range b {
				b[k] = byte(r.IntN(256))
			}
			return b
		}
		x := &exhibit{
			files: map[string][]byte{assessment: text(90), dpia: text(90)},
			rules: fstest.MapFS{"a.cue": {Data: text(30)}, "obligations/o.cue": {Data: text(30)}, "registers/r.cue": {Data: text(30)}},
		}
		for k := range r.IntN(3) {
			x.files[fmt.Sprintf("%sfiles/model-%d.pdf", home, k)] = text(120)
		}
		signer := testSigner(fmt.Sprint("holder ", i))
		x.key = signer.Key().String()
		x.office = record.Offices()[r.IntN(len(record.Offices()))]
		x.readRules()
		var err error
		a := &record.Approval{
			Statement: statement.Purpose, Repository: "repo", Subject: subject, Office: x.office, By: "finance", Decision: "approved",
			On: day("2026-02-15").AddDays(r.IntN(100)), Schemas: x.under.Schemas, Catalogue: x.under.Catalogue,
		}
		if r.IntN(2) == 0 {
			a.Decision, a.Conditions = "approved-with-conditions", []string{"The exit plan is tested – \"first\".", `C:\ is not used.`}[:1+r.IntN(2)]
		}
		if r.IntN(2) == 0 {
			a.To = day("2027-02-15")
		}
		for path, b := range x.files {
			a.Covers = append(a.Covers, record.Covered{Path: path, SHA256: record.Digest(b)})
		}
		slices.SortFunc(a.Covers, func(p, q record.Covered) int { return bytes.Compare([]byte(p.Path), []byte(q.Path)) })
		if x.statement, err = statement.Encode(a); err != nil {
			t.Fatal(err)
		}
		if x.signature, err = signer.Sign(x.statement); err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	return list
}

// readRules takes the digests of the rules anew.
func (x *exhibit) readRules() {
	var err error
	if x.under, err = statement.RulesOf(x.rules); err != nil {
		panic("approval_test: " + err.Error())
	}
}

// stands judges from the bytes up.
func (x *exhibit) stands() bool {
	a, seal := approval.Open(x.statement, x.signature)
	return x.standsAs(a, seal)
}

func (x *exhibit) standsAs(a *record.Approval, seal approval.Seal) bool {
	c := approval.Case{
		Repository: "repo", AsOf: day("2026-11-22"), Position: 2, Files: map[string][]approval.Change{},
		Statements: []approval.Entered{{Path: siroAt, Digest: record.Digest(x.statement), Approval: a, Seal: seal, Commit: at(2), Rules: []statement.Rules{x.under}}},
		Appointments: []approval.Version{{Commit: at(0), Appointments: &record.Appointments{
			People:       []record.Person{{ID: "finance", Keys: []record.SigningKey{{Key: x.key, From: day("2024-01-01")}}}},
			Appointments: []record.Appointment{{Person: "finance", Office: x.office, From: day("2024-01-01")}},
		}}},
		Rules: []approval.Rule{{Subject: subject, Offices: []record.Office{x.office}, People: 1, Covers: []string{assessment, dpia}}},
	}
	for path, b := range x.files {
		c.Files[path] = []approval.Change{{Commit: at(1), SHA256: record.Digest(b), Authors: []approval.Author{{Email: "owner@example.org"}}}}
	}
	out := approval.Weigh(c)
	return out.Statements[0].State == approval.Valid && approval.AllHold(out.Rules)
}

// TestEveryBitIsBound flips each bit of everything that an approval rests on: the statement with the digests in it, the
// signature, every covered record and attachment, the rules, and the key.
func TestEveryBitIsBound(t *testing.T) {
	t.Parallel()
	n := 100
	if testing.Short() {
		n = 2
	}
	var tried, refused atomic.Int64
	t.Run("approvals", func(t *testing.T) {
		for i, x := range exhibits(t, n) {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				if !x.stands() {
					t.Fatal("the approval does not stand to begin with")
				}
				sweep := func(what string, b []byte, stands func() bool) {
					for bit := range len(b) * 8 {
						b[bit/8] ^= 1 << (bit % 8)
						tried.Add(1)
						if !stands() {
							refused.Add(1)
						} else {
							t.Errorf("bit %d of the %s is not bound", bit, what)
						}
						b[bit/8] ^= 1 << (bit % 8)
					}
				}
				sweep("statement", x.statement, x.stands)
				sweep("signature", x.signature, x.stands)
				// What follows leaves statement and signature as they are, so they are opened once.
				a, seal := approval.Open(x.statement, x.signature)
				still := func() bool { return x.standsAs(a, seal) }
				for path, b := range x.files {
					sweep(path, b, still)
				}
				for name, file := range x.rules {
					sweep(name, file.Data, func() bool {
						x.readRules()
						return still()
					})
				}
				x.readRules()
				key := []byte(x.key)
				sweep("key", key, func() bool {
					x.key = string(key)
					return still()
				})
			})
		}
	})
	t.Logf("%d of %d single-bit changes over %d approvals refused", refused.Load(), tried.Load(), n)
}

// TestNothingIsAddedOrTakenAway changes approvals by more than a bit.
func TestNothingIsAddedOrTakenAway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		change func(x, other *exhibit)
	}{
		{"an attachment is removed", func(x, _ *exhibit) {
			for p := range x.files {
				if p != assessment && p != dpia {
					delete(x.files, p)
				}
			}
		}},
		{"two files change places", func(x, _ *exhibit) { x.files[assessment], x.files[dpia] = x.files[dpia], x.files[assessment] }},
		{"a file is emptied", func(x, _ *exhibit) { x.files[dpia] = nil }},
		{"the signature of another statement", func(x, other *exhibit) { x.signature = other.signature }},
		{"the statement of another signature", func(x, other *exhibit) { x.statement = other.statement }},
		{"statement and signature of another", func(x, other *exhibit) { x.statement, x.signature = other.statement, other.signature }},
		{"no signature", func(x, _ *exhibit) { x.signature = nil }},
		{"an empty signature", func(x, _ *exhibit) { x.signature = []byte{} }},
		{"the signature twice", func(x, _ *exhibit) { x.signature = append(x.signature, x.signature...) }},
		{"other line ends in the statement", func(x, _ *exhibit) { x.statement = bytes.ReplaceAll(x.statement, []byte("\n"), []byte("\r\n")) }},
		{"a comment in the statement", func(x, _ *exhibit) { x.statement = append(x.statement, "# signed\n"...) }},
		{"a shape is added to the rules", func(x, _ *exhibit) { x.rules["b.cue"] = &fstest.MapFile{}; x.readRules() }},
		{"another key", func(x, other *exhibit) { x.key = other.key }},
		{"no key", func(x, _ *exhibit) { x.key = "" }},
	} {
		list := exhibits(t, 30)
		for i, x := range list {
			if len(x.files) < 3 {
				continue
			}
			c.change(x, list[(i+1)%len(list)])
			if x.stands() {
				t.Errorf("%s: approval %d stands all the same", c.claim, i)
			}
		}
	}
}

// TestOpen covers what lies between bytes and judgement.
func TestOpen(t *testing.T) {
	t.Parallel()
	x := exhibits(t, 1)[0]
	a, seal := approval.Open(x.statement, x.signature)
	if a == nil || seal.Fault != "" || seal.Key.String() != x.key {
		t.Errorf("a sound one: %v", seal)
	}
	if a, seal := approval.Open(x.statement, nil); a == nil || seal != (approval.Seal{}) {
		t.Errorf("one without a signature: %v", seal)
	}
	if a, seal := approval.Open([]byte("kind: approval\n"), nil); a != nil || seal != (approval.Seal{}) {
		t.Errorf("a record of another form: %v", seal)
	}
	if a, seal := approval.Open([]byte("kind: approval\n"), x.signature); a != nil || seal.Fault == "" || !seal.Key.IsZero() {
		t.Errorf("a signed record of another form: %v", seal)
	}
	bare := []byte("schema: muniment/v1\nkind: approval\n")
	signed, err := testSigner("other").Sign(bare)
	if err != nil {
		t.Fatal(err)
	}
	if a, seal := approval.Open(bare, signed); a != nil || seal.Fault == "" || !seal.Key.IsZero() {
		t.Errorf("a record of another form with a sound signature: %v", seal)
	}
	if a, seal := approval.Open(x.statement, []byte("x")); a == nil || seal.Fault == "" || !seal.Key.IsZero() {
		t.Errorf("one with something else for a signature: %v", seal)
	}
	other, err := testSigner("other").Sign([]byte("something else"))
	if err != nil {
		t.Fatal(err)
	}
	if a, seal := approval.Open(x.statement, other); a == nil || seal.Fault == "" || !seal.Key.IsZero() {
		t.Errorf("one with the signature of something else: %v", seal)
	}
}
