package chain_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/chain"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/fuzztest"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
	"example.org/muniment/internal/versions"
	"example.org/muniment/schemas"
)

const (
	workloadID = "ZZ1/archive"
	home       = record.Root + "/organisations/ZZ1/"
	archive    = home + "workloads/archive/"
	peopleFile = home + "appointments.yaml"
	policyFile = record.Root + "/policy.yaml"
	itsName    = "example.org/fuzzed"
)

var (
	posts    = []string{"finance-director", "head-of-privacy", "records-manager", "deputy", "stranger"}
	signerOf = sync.OnceValue(func() map[string]signature.Signer {
		signers := make(map[string]signature.Signer)
		for _, post := range posts {
			signers[post] = must(signature.NewSigner(demo.Key(7, "ZZ1", post)))
		}
		return signers
	})
	rules  = sync.OnceValue(func() statement.Rules { return must(statement.RulesOf(schemas.FS)) })
	reader = sync.OnceValue(func() *load.Reader { return must(load.NewReader(load.Options{})) })
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// held says who holds which office: what a version of the appointments lists, with the keys of all.
type held struct{ post, office string }

// peopleVersions are the appointments that a story can have.
var peopleVersions = [][]held{
	{{"finance-director", "siro"}, {"head-of-privacy", "dpo"}, {"records-manager", "registrar"}},
	{{"deputy", "siro"}, {"head-of-privacy", "dpo"}, {"records-manager", "registrar"}},
	{{"stranger", "siro"}, {"stranger", "dpo"}, {"stranger", "registrar"}},
	{{"finance-director", "siro"}, {"finance-director", "registrar"}},
}

// people writes a version of the appointments; without keys nobody in it can sign.
func people(n int, keys bool) string {
	var b strings.Builder
	b.WriteString("schema: muniment/v1\nkind: appointments\npeople:\n")
	for _, post := range posts {
		fmt.Fprintf(&b, "  - id: %s\n    title: %s\n    email: %s@zz1.example.org\n", post, strings.ToUpper(post[:1])+strings.ReplaceAll(post[1:], "-", " "), post)
		if keys && slices.ContainsFunc(peopleVersions[n], func(h held) bool { return h.post == post }) {
			fmt.Fprintf(&b, "    keys:\n      - key: %s\n        from: 2024-01-01\n", signerOf()[post].Key())
		}
	}
	b.WriteString("appointments:\n")
	for _, h := range peopleVersions[n] {
		fmt.Fprintf(&b, "  - person: %s\n    office: %s\n    from: 2024-01-01\n", h.post, h.office)
	}
	return b.String()
}

func policy(name string, further string) string {
	text := "schema: muniment/v1\nkind: policy\n"
	if name != "" {
		text += "repository: " + name + "\n"
	}
	return text + "approvals:\n  proof: signed\n" + further + "  production:\n    V: [siro, dpo]\n"
}

var policies = []string{policy(itsName, ""), policy(itsName, "  governance: [siro]\n"), policy(itsName, "  governance: [registrar, dpo]\n  people: 2\n"), policy("example.org/another", ""), policy("", "")}

// story is a history in the making, and a ledger of what was really signed.
type story struct {
	*rand.Rand
	now    map[string]string
	past   []map[string]string
	wrote  []string                   // who wrote each commit
	ledger map[string]map[string]bool // by key: the texts that it signed
}

// anyStory makes a history of edits, decisions and forgeries.
func anyStory(r *rand.Rand) *story {
	s := &story{Rand: r, now: make(map[string]string), ledger: make(map[string]map[string]bool)}
	for _, file := range []string{"assessment.yaml", "dpia.md"} {
		s.now[archive+file] = "0"
	}
	s.now[peopleFile], s.now[policyFile] = people(0, true), policies[0]
	for range 2 + r.IntN(9) {
		for range r.IntN(5) {
			s.step()
		}
		s.past = append(s.past, maps.Clone(s.now))
		s.wrote = append(s.wrote, s.pick("engineer@zz1.example.org", "engineer@zz1.example.org", s.pick(posts...)+"@zz1.example.org", ""))
	}
	return s
}

// step changes something that the next commit holds.
func (s *story) step() {
	switch s.IntN(14) {
	case 0, 1:
		s.now[s.pick(archive+"assessment.yaml", archive+"dpia.md")] = fmt.Sprint(s.IntN(3))
	case 2, 3, 4, 5:
		s.decide(archive+"approvals/", workloadID, archive+"assessment.yaml", archive+"dpia.md")
	case 6, 7:
		s.decide(home+"approvals/", "ZZ1", s.pick(peopleFile, policyFile))
	case 8, 9: // others come to hold the offices, or policy changes, most often with an approval
		if s.IntN(2) == 0 {
			s.now[peopleFile] = people(s.IntN(len(peopleVersions)), s.IntN(5) > 0)
		} else {
			s.now[policyFile] = policies[s.IntN(len(policies))]
		}
		for range s.IntN(4) {
			s.decide(home+"approvals/", "ZZ1", s.pick(peopleFile, policyFile))
		}
	case 10, 11: // somebody changes a byte
		if path := s.signed(); path != "" {
			text := []byte(s.now[path])
			text[s.IntN(len(text))] ^= byte(1 << s.IntN(7))
			s.now[path] = string(text)
		}
	case 12: // takes something away, or puts it elsewhere
		from, to := s.signed(), s.signed()
		if from == "" {
			return
		}
		if s.IntN(2) == 0 {
			delete(s.now, from)
		} else {
			s.now[to] = s.now[from]
		}
	case 13: // brings something back
		if len(s.past) == 0 {
			return
		}
		was := s.past[s.IntN(len(s.past))]
		path := s.pick(slices.Sorted(maps.Keys(was))...)
		s.now[path] = was[path]
	}
}

func (s *story) pick(of ...string) string { return of[s.IntN(len(of))] }

// signed picks a file of a folder of approvals; empty when there is none.
func (s *story) signed() string {
	var list []string
	for _, path := range slices.Sorted(maps.Keys(s.now)) {
		if strings.Contains(path, "/approvals/") && s.now[path] != "" {
			list = append(list, path)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return s.pick(list...)
}

// decide has somebody decide on files as they are: most often who holds the office, and under the right name.
func (s *story) decide(folder, subject string, files ...string) {
	who := peopleVersions[0][s.IntN(2)]
	if subject == "ZZ1" {
		who = peopleVersions[0][2]
	}
	if s.IntN(3) == 0 {
		who = held{s.pick(posts...), s.pick("siro", "dpo", "registrar")}
	}
	a := &record.Approval{
		Office: record.Office(who.office), By: who.post, Decision: statement.Approved, On: calendar.MustParse("2026-10-05"), Subject: subject, Repository: itsName,
		Statement: statement.Purpose, Schemas: rules().Schemas, Catalogue: rules().Catalogue,
	}
	switch s.IntN(12) {
	case 0:
		a.Decision = statement.Refused
	case 1:
		a.Repository = "example.org/another"
	case 2:
		a.Subject = "ZZ1/other"
	case 3:
		files = files[:1]
	}
	for _, file := range files {
		a.Covers = append(a.Covers, record.Covered{Path: file, SHA256: record.Digest([]byte(s.now[file]))})
	}
	path := fmt.Sprintf("%s2026-10-0%d-%s.yaml", folder, 1+s.IntN(3), who.office)
	if previous, ok := s.now[path]; ok && s.IntN(2) == 0 {
		a.Previous = record.Digest([]byte(previous))
	}
	src := string(must(statement.Encode(a)))
	s.now[path] = src
	delete(s.now, path+record.SignatureEnding)
	if s.IntN(6) == 0 {
		return // only stated
	}
	signer := signerOf()[who.post]
	if s.IntN(8) == 0 {
		signer = signerOf()[s.pick(posts...)]
	}
	s.now[path+record.SignatureEnding] = string(must(signer.Sign([]byte(src))))
	key := signer.Key().String()
	if s.ledger[key] == nil {
		s.ledger[key] = make(map[string]bool)
	}
	s.ledger[key][src] = true
}

// chain tells the first commits of the story to a chain.
func (s *story) chain(t *testing.T, commits int) *chain.Chain {
	t.Helper()
	blobs := make(map[string][]byte)
	blob := func(id string) ([]byte, error) { return blobs[id], nil }
	h := versions.New(reader(), blob)
	var line gitrepo.Line
	before := map[string]string{}
	for i, files := range s.past[:commits] {
		step := gitrepo.Step{Commit: gitrepo.Commit{ID: fmt.Sprintf("%040x", i+1)}, Day: calendar.MustParse("2026-10-05").AddDays(i)}
		change := gitrepo.Change{Step: step}
		names := maps.Clone(before)
		maps.Copy(names, files)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			path := gitrepo.PathChange{Path: strings.TrimPrefix(name, record.Root+"/")}
			if text, ok := before[name]; ok {
				path.Old, path.OldMode = record.Digest([]byte(text)), gitrepo.ModeFile
			}
			if text, ok := files[name]; ok {
				path.New, path.NewMode = record.Digest([]byte(text)), gitrepo.ModeFile
				blobs[path.New] = []byte(text)
			}
			if path.Old != path.New {
				change.Paths = append(change.Paths, path)
			}
		}
		h.Add(change)
		line, before = append(line, step), files
	}
	if err := h.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	return chain.New(chain.Source{
		Context: t.Context(), History: h, Trail: line.Trail(), Reader: reader(), Blob: blob, Known: []statement.Rules{rules()},
		Rules:   func(int) (statement.Rules, bool, error) { return rules(), true, nil },
		Authors: func(_ context.Context, c gitrepo.Commit, _ string) ([]string, error) { return s.authors(c.ID), nil },
	})
}

// authors gives who wrote a commit; nobody when that is not known.
func (s *story) authors(id string) []string {
	n := must(strconv.ParseUint(id, 16, 64))
	return []string{s.wrote[n-1]}
}

// told is what a chain says of a statement at a position.
type told struct {
	Path, Digest string
	Entered      int
	Judged       approval.Judgement
}

// tell asks a chain what is proven at a position.
func tell(t *testing.T, c *chain.Chain, position int) (*approval.Proof, []told) {
	t.Helper()
	p := c.Dossier(nil, workloadID).At("ZZ1", position)
	if p == nil {
		t.Fatal(c.Err())
	}
	var list []told
	if !slices.ContainsFunc(p.Case.Statements, func(e approval.Entered) bool { return e.Position <= position && e.Seal != approval.Seal{} }) {
		return p, nil // nothing was signed up to there: the records say all
	}
	for i, j := range p.On(calendar.MustParse("2026-11-22")).Statements {
		if e := p.Case.Statements[i]; e.Position <= position {
			list = append(list, told{e.Path, e.Digest, e.Position, j})
		}
	}
	return p, list
}

// trusted gives who held which office with which key, by the versions of the appointments that somebody entitled approved: the first, and
// each that a text which such a key signed covers. It may be more than the truth and never less.
func (s *story) trusted(position int) map[string]bool {
	out := make(map[string]bool)
	list := func(text string) bool {
		for n, holders := range peopleVersions {
			if text != people(n, true) {
				continue
			}
			for _, h := range holders {
				out[signerOf()[h.post].Key().String()+" "+h.post+" "+h.office] = true
			}
			return true
		}
		return false
	}
	for _, files := range s.past[:position] {
		if list(files[peopleFile]) {
			break // the root
		}
	}
	for was := -1; was != len(out); {
		was = len(out)
		for who := range maps.Clone(out) {
			key, _, _ := strings.Cut(strings.TrimPrefix(who, "ssh-ed25519 "), " ")
			for src := range s.ledger["ssh-ed25519 "+key] {
				for _, files := range s.past[:position] {
					if strings.Contains(src, record.Digest([]byte(files[peopleFile]))) && !strings.Contains(src, "decision: "+statement.Refused) {
						list(files[peopleFile])
					}
				}
			}
		}
	}
	return out
}

// name gives the first name that the policy had up to a position.
func (s *story) name(position int) string {
	for _, files := range s.past[:position] {
		if _, rest, ok := strings.Cut(files[policyFile], "\nrepository: "); ok {
			name, _, _ := strings.Cut(rest, "\n")
			return name
		}
	}
	return ""
}

// FuzzChain plays histories of edits, decisions and forgeries. Nothing is proven by a signature unless the ledger says that the key signed
// these very bytes, they and all that they cover are in the commit, and the key was trusted with the office. What is proven at a commit
// is the same whether or not there are later ones, and whoever asks first.
func FuzzChain(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed, []byte{})
	}
	f.Fuzz(func(t *testing.T, seed uint64, choices []byte) {
		s := anyStory(fuzztest.Choices(choices, seed))
		whole := s.chain(t, len(s.past))
		for position := 1; position <= len(s.past); position++ {
			proof, list := tell(t, whole, position)
			short, again := tell(t, s.chain(t, position), position)
			if diff := cmp.Diff(again, list, cmpopts.IgnoreUnexported(approval.Judgement{})); diff != "" {
				t.Fatalf("commit %d of %d is judged otherwise when it is the last (-last +whole):\n%s", position, len(s.past), diff)
			}
			if diff := cmp.Diff([]any{short.Demands, short.Unapproved}, []any{proof.Demands, proof.Unapproved}); diff != "" {
				t.Fatalf("commit %d of %d (-last +whole):\n%s", position, len(s.past), diff)
			}
			s.hold(t, position, proof, list)
		}
		if err := whole.Err(); err != nil {
			t.Fatal(err)
		}
	})
}

// hold holds what is proven against the story.
func (s *story) hold(t *testing.T, position int, proof *approval.Proof, list []told) (proven int) {
	t.Helper()
	files := s.past[position-1]
	trusted := s.trusted(position)
	for _, one := range list {
		i := slices.IndexFunc(proof.Case.Statements, func(e approval.Entered) bool {
			return e.Path == one.Path && e.Digest == one.Digest && e.Position == one.Entered
		})
		if one.Judged.State != approval.Valid || one.Judged.Method != approval.Signed {
			continue
		}
		proven++
		e := proof.Case.Statements[i]
		key, src := e.Seal.Key.String(), files[one.Path]
		switch {
		case record.Digest([]byte(src)) != one.Digest:
			t.Fatalf("commit %d: %s is proven, and holds other bytes", position, one.Path)
		case !s.ledger[key][src]:
			t.Fatalf("commit %d: %s is proven by a key that never signed it", position, one.Path)
		case !trusted[key+" "+e.Approval.By+" "+string(e.Approval.Office)]:
			t.Fatalf("commit %d: %s is proven for %s as %s, whose key nobody approved", position, one.Path, e.Approval.By, e.Approval.Office)
		case e.Approval.Subject != workloadID || e.Approval.Repository != s.name(position) || e.Approval.Decision != statement.Approved:
			t.Fatalf("commit %d: %s is proven, and says something else: %+v", position, one.Path, e.Approval)
		}
		for _, c := range e.Approval.Covers {
			if record.Digest([]byte(files[c.Path])) != c.SHA256 {
				t.Fatalf("commit %d: %s is proven, and covers other bytes of %s than are there", position, one.Path, c.Path)
			}
		}
	}
	return proven
}

// TestFuzzedStoriesProveSomething: what is held against the ledger is not nothing.
func TestFuzzedStoriesProveSomething(t *testing.T) {
	t.Parallel()
	proven, handed := 0, 0
	for seed := range uint64(60) {
		s := anyStory(rand.New(rand.NewPCG(seed, 31)))
		whole := s.chain(t, len(s.past))
		for position := 1; position <= len(s.past); position++ {
			proof, list := tell(t, whole, position)
			proven += s.hold(t, position, proof, list)
		}
		for _, c := range whole.Changes("ZZ1") {
			if c.InForce && !c.Root {
				handed++
			}
		}
	}
	if proven < 80 || handed < 8 {
		t.Errorf("%d statements are proven and %d changes came into force", proven, handed)
	}
}

// TestANameHoldsFromTheCommitThatGivesIt: what was signed before counts once the repository has the name, and not in what was known before.
func TestANameHoldsFromTheCommitThatGivesIt(t *testing.T) {
	t.Parallel()
	s := &story{Rand: rand.New(rand.NewPCG(1, 1)), now: map[string]string{
		archive + "assessment.yaml": "0", archive + "dpia.md": "0", peopleFile: people(0, true), policyFile: policies[4],
	}, ledger: make(map[string]map[string]bool)}
	for proven := 0; proven == 0; { // until one is sound
		delete(s.now, archive+"approvals/2026-10-01-siro.yaml")
		s.decide(archive+"approvals/", workloadID, archive+"assessment.yaml", archive+"dpia.md")
		named := maps.Clone(s.now)
		named[policyFile] = policies[0]
		s.past, s.wrote = []map[string]string{maps.Clone(s.now), named}, []string{"engineer@zz1.example.org", "engineer@zz1.example.org"}
		whole := s.chain(t, 2)
		proof, list := tell(t, whole, 2)
		proven = s.hold(t, 2, proof, list)
		if _, before := tell(t, whole, 1); slices.ContainsFunc(before, func(o told) bool { return o.Judged.State == approval.Valid }) {
			t.Fatal("a statement is proven for a repository that had no name yet")
		}
	}
}
