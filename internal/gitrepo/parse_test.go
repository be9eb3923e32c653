package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

const (
	idA = "1111111111111111111111111111111111111111"
	idB = "2222222222222222222222222222222222222222"
	idC = "3333333333333333333333333333333333333333"
)

var (
	hashA, _ = parseID(idA)
	hashB, _ = parseID(idB)
)

// plainCommit is a commit in which the cases below break one thing.
const plainCommit = "tree " + idA + "\n" +
	"parent " + idB + "\n" +
	"author IG lead <ig-lead@example.org> 1700000000 +0100\n" +
	"committer Registrar <registrar@example.org> 1700000060 -0330\n" +
	"\n" +
	"Add the imaging workload\n\nBecause it is used.\n"

func TestParseCommit(t *testing.T) {
	zone := func(minutes int) *time.Location { return time.FixedZone("", minutes*60) }
	plain := func(change func(*Commit)) Commit {
		c := Commit{
			ID: idC, Tree: idA, Parents: []string{idB},
			Author:    Person{"IG lead", "ig-lead@example.org", time.Unix(1700000000, 0).In(zone(60))},
			Committer: Person{"Registrar", "registrar@example.org", time.Unix(1700000060, 0).In(zone(-210))},
			Subject:   "Add the imaging workload", Body: "Because it is used.",
		}
		change(&c)
		return c
	}
	text := func(subject, body string) func(*Commit) {
		return func(c *Commit) { c.Subject, c.Body = subject, body }
	}
	same := func(*Commit) {}
	signed := func(how string) func(*Commit) { return func(c *Commit) { c.Signed = how } }
	for name, test := range map[string]struct {
		old, new string
		want     func(*Commit)
	}{
		"as it is":  {"", "", same},
		"no parent": {"parent " + idB + "\n", "", func(c *Commit) { c.Parents = nil }},
		"two parents": {"parent ", "parent " + idA + "\nparent ", func(c *Commit) {
			c.Parents = []string{idA, idB}
		}},
		"a signature over several lines":   {"-0330\n", "-0330\ngpgsig -----BEGIN SSH SIGNATURE-----\n \n U1N\n -----END SSH SIGNATURE-----\n", signed(SignedSSH)},
		"a signature of OpenPGP":           {"-0330\n", "-0330\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n U1N\n -----END PGP SIGNATURE-----\n", signed(SignedOpenPGP)},
		"a signature of X.509":             {"-0330\n", "-0330\ngpgsig -----BEGIN SIGNED MESSAGE-----\n MII\n -----END SIGNED MESSAGE-----\n", signed(SignedX509)},
		"a signature of an unknown sort":   {"-0330\n", "-0330\ngpgsig -----BEGIN RING-----\n", signed(SignedOther)},
		"a signature for SHA-256 alone":    {"-0330\n", "-0330\ngpgsig-sha256 -----BEGIN SSH SIGNATURE-----\n U1N\n", signed(SignedSSH)},
		"a signature within the message":   {"Because", "gpgsig -----BEGIN SSH SIGNATURE-----\nBecause", text("Add the imaging workload", "gpgsig -----BEGIN SSH SIGNATURE-----\nBecause it is used.")},
		"an encoding and two merged tags":  {"-0330\n", "-0330\nencoding UTF-8\nmergetag object " + idA + "\n type commit\nmergetag object " + idB + "\n type commit\n", same},
		"an empty name":                    {"IG lead <", "<", func(c *Commit) { c.Author.Name = "" }},
		"an empty address":                 {"registrar@example.org", "", func(c *Commit) { c.Committer.Email = "" }},
		"UTC":                              {"+0100", "+0000", func(c *Commit) { c.Author.When = c.Author.When.UTC() }},
		"a subject over two lines":         {"workload\n\n", "workload\nof the trust\n\n", text("Add the imaging workload of the trust", "Because it is used.")},
		"line breaks of Windows":           {"workload\n\nBecause it is used.", "workload\r\n\r\nOne.\r\nTwo.", text("Add the imaging workload", "One.\nTwo.")},
		"a message of nothing":             {"Add the imaging workload\n\nBecause it is used.\n", "", text("", "")},
		"blank lines first":                {"Add", "\n \nAdd", same},
		"a subject that steers a terminal": {"Add", "\x1b[31mA\u202edd", text("\ufffd[31mA\ufffddd the imaging workload", "Because it is used.")},
		"a subject with a tab":             {"Add ", "Add\t", same},
		"a name that is not UTF-8":         {"IG lead", "IG l\xe9ad", func(c *Commit) { c.Author.Name = "IG l\ufffdad" }},
		"a body with C1 controls and tabs": {"used.", "used\u0085\t.", text("Add the imaging workload", "Because it is used\ufffd\t.")},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseCommit(idC, []byte(strings.Replace(plainCommit, test.old, test.new, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(plain(test.want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got.Committer.When.Format("-0700") != "-0330" {
				t.Errorf("the offset is lost: %s", got.Committer.When)
			}
		})
	}
}

func TestParseCommitRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		old, new string
		at       int
		what     string
	}{
		"no tree":                     {"tree " + idA + "\n", "", 0, "tree line"},
		"two trees":                   {"tree ", "tree " + idC + "\ntree ", 46, "author line"},
		"a tree after the author":     {"committer ", "tree " + idC + "\ncommitter ", 148, "committer line"},
		"a short id":                  {"parent 2", "parent ", 53, "40 lower-case hexadecimal digits"},
		"an id in capitals":           {"tree 1", "tree A", 5, "40 lower-case hexadecimal digits"},
		"two authors":                 {"author ", "author DPO <dpo@example.org> 1 +0000\nauthor ", 131, "committer line"},
		"two committers":              {"\n\nAdd", "\ncommitter DPO <dpo@example.org> 1 +0000\n\nAdd", 209, `"committer" line is repeated`},
		"no committer":                {"committer Registrar <registrar@example.org> 1700000060 -0330\n", "", 148, "committer line"},
		"a parent after the author":   {"\n\nAdd", "\nparent " + idC + "\n\nAdd", 209, `"parent" line is repeated`},
		"two signatures":              {"\n\nAdd", "\ngpgsig a\ngpgsig b\n\nAdd", 218, `"gpgsig" line is repeated`},
		"a NUL in the message":        {"used", "us\x00ed", 252, "NUL"},
		"a NUL in a header":           {"IG lead", "IG\x00lead", 103, "NUL"},
		"two addresses":               {"<ig-lead@", "<dpo@example.org> <ig-lead@", 127, "number of seconds"},
		"an angle bracket in a name":  {"IG lead", "IG > lead", 101, "once each"},
		"no address":                  {"<ig-lead@example.org> ", "", 101, "once each"},
		"no time":                     {" 1700000000 +0100", " ", 131, "number of seconds"},
		"a time before 1970":          {"1700000000", "-1", 131, "number of seconds"},
		"a time that overflows":       {"1700000000", "18446744073709551617", 131, "number of seconds"},
		"a time after the year 9999":  {"1700000000", "253402300800", 131, "number of seconds"},
		"a time with a leading zero":  {"1700000000", "01700000000", 131, "number of seconds"},
		"no offset":                   {" +0100", "", 142, "offset"},
		"an offset of +9999":          {"+0100", "+9999", 142, "offset"},
		"an offset without sign":      {"+0100", "0100", 142, "offset"},
		"an offset in seconds":        {"+0100", "+010000", 142, "offset"},
		"two spaces before the time":  {"> 1700000000", ">  1700000000", 131, "number of seconds"},
		"a continuation of committer": {"\n\nAdd", "\n DPO\n\nAdd", 209, "header line"},
		"a header without value":      {"\n\nAdd", "\nencoding\n\nAdd", 209, "header line"},
		"no blank line":               {"\n\nAdd the imaging workload\n\nBecause it is used.\n", "\nAdd", 212, "blank line"},
		"nothing after the tree":      {plainCommit, "tree " + idA + "\n", 46, "author line"},
		"a tree line without end":     {plainCommit, "tree " + idA, 45, "does not end"},
		"nothing at all":              {plainCommit, "", 0, "tree line"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseCommit(idC, []byte(strings.Replace(plainCommit, test.old, test.new, 1)))
			wantMalformed(t, err, "commit "+idC, test.at, test.what)
		})
	}
}

func wantMalformed(t *testing.T, err error, object string, at int, what string) {
	t.Helper()
	var untrusted *Untrusted
	if !errors.As(err, &untrusted) {
		t.Fatalf("got %v, want it refused", err)
	}
	if want := fmt.Sprintf("%s is malformed at byte %d: ", object, at); !strings.HasPrefix(untrusted.Reason, want) || !strings.Contains(untrusted.Reason, what) {
		t.Errorf("reason is %q\nwant %q and %q", untrusted.Reason, want, what)
	}
}

func entry(mode, name string) string { return mode + " " + name + "\x00" + strings.Repeat("\x01", 20) }

func TestParseTree(t *testing.T) {
	id, _ := parseID(strings.Repeat("01", 20))
	raw := entry("100644", "a") + entry("100644", "a-b") + entry("40000", "a.b") + entry("120000", "a0") + entry("40000", "b") +
		entry("160000", "b0") + entry("100755", "c\n\xff") + entry("100664", "ä")
	got, err := parseTree(hashA, raw)
	if err != nil {
		t.Fatal(err)
	}
	want := []treeEntry{
		{"a", ModeFile, id},
		{"a-b", ModeFile, id},
		{"a.b", modeFolder, id},
		{"a0", ModeSymlink, id},
		{"b", modeFolder, id},
		{"b0", ModeSubmodule, id},
		{"c\n\xff", ModeExecutable, id},
		{"ä", 0o100664, id},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(treeEntry{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseTreeRefuses(t *testing.T) {
	first := entry("100644", "a")
	for name, test := range map[string]struct{ raw, what string }{
		"a name cut short":                        {"100644 b", "does not end"},
		"an id cut short":                         {entry("100644", "b")[:20], "does not end"},
		"no space":                                {"100644", "does not end"},
		"an empty mode":                           {entry("", "b"), "mode"},
		"a mode with a leading zero":              {entry("040000", "b"), "mode"},
		"a mode that is not octal":                {entry("100684", "b"), "mode"},
		"a mode that is too long":                 {entry("1006440", "b"), "mode"},
		"a mode of no known sort":                 {entry("20644", "b"), "mode"},
		"a folder with permissions":               {entry("40755", "b"), "mode"},
		"an empty name":                           {entry("100644", ""), `called ""`},
		"the name .":                              {entry("40000", "."), `called "."`},
		"the name ..":                             {entry("40000", ".."), `called ".."`},
		"the name .git":                           {entry("40000", ".git"), `called ".git"`},
		"the name .GIT":                           {entry("100644", ".GIT"), `called ".GIT"`},
		"the short name of .git on Windows":       {entry("40000", "git~1"), `called "git~1"`},
		"a name with a slash":                     {entry("100644", "b/c"), `called "b/c"`},
		"an id of zeros":                          {"100644 b\x00" + strings.Repeat("\x00", 20), "no object id"},
		"a name twice":                            {entry("100644", "a"), "out of order or repeated"},
		"names out of order":                      {entry("100644", "Z"), "out of order or repeated"},
		"a folder sorted as a file":               {entry("40000", "b") + entry("100644", "b.c"), "out of order or repeated"},
		"a folder of the file's name":             {entry("40000", "a"), "same name"},
		"a folder of the file's name further off": {entry("100644", "a-b") + entry("100644", "a.b") + entry("40000", "a"), "same name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseTree(hashB, first+test.raw)
			at := len(first) + strings.LastIndex(test.raw, entryStart(test.raw))
			wantMalformed(t, err, "tree "+idB, at, test.what)
		})
	}
}

// entryStart gives the last entry of raw: the one with the fault.
func entryStart(raw string) string {
	if i := strings.LastIndex(strings.TrimRight(raw, "\x01"), "\x01"); i >= 0 {
		return raw[i+1:]
	}
	return raw
}

func FuzzParseCommit(f *testing.F) {
	f.Add([]byte(plainCommit))
	f.Add([]byte(strings.Replace(plainCommit, "-0330\n", "-0330\nencoding x\ngpgsig a\n b\n", 1)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := parseCommit(idC, raw)
		if err != nil {
			var untrusted *Untrusted
			if !errors.As(err, &untrusted) {
				t.Errorf("refused with %T", err)
			}
			return
		}
		header, _, _ := bytes.Cut(raw, []byte("\n\n"))
		for _, name := range []string{"tree", "author", "committer"} {
			if n := bytes.Count(append([]byte("\n"), header...), []byte("\n"+name+" ")); n != 1 {
				t.Errorf("accepted with %d %s lines", n, name)
			}
		}
		for _, s := range []string{c.Subject, c.Author.Name, c.Author.Email, c.Committer.Name, c.Committer.Email} {
			if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				t.Errorf("%q can steer a terminal", s)
			}
		}
	})
}

func FuzzParseTree(f *testing.F) {
	f.Add(entry("100644", "a") + entry("40000", "b"))
	f.Add(entry("100644", "a") + entry("100644", "a.b") + entry("40000", "a"))
	f.Fuzz(func(t *testing.T, raw string) {
		entries, err := parseTree(hashA, raw)
		if err != nil {
			return
		}
		var again strings.Builder
		names := make(map[string]bool)
		for _, e := range entries {
			fmt.Fprintf(&again, "%o %s\x00%s", e.mode, e.name, e.id[:])
			names[e.name] = true
			if got, ok := entryNamed(entries, e.name); !ok || got != e {
				t.Errorf("%q is not found by its name", e.name)
			}
		}
		if again.String() != raw {
			t.Errorf("%q reads as %q", raw, again.String())
		}
		if len(names) != len(entries) || names["."] || names[".."] || names[""] {
			t.Errorf("names %q", raw)
		}
		if !slices.IsSortedFunc(entries, compareEntries) {
			t.Errorf("out of order: %q", raw)
		}
	})
}

func TestObjectID(t *testing.T) {
	// An ordinary object has no such marks, and its id is the one that git gives.
	id, collision := objectID(plumbing.BlobObject, []byte("hello\n"))
	if id.String() != "ce013625030ba8dba906f756967f9e9ca394464a" || collision {
		t.Errorf("hello has the id %s, collision %t", id, collision)
	}
}

// What a folder shares with one that keeps the rules need not be looked at again, and leads to no other answer.
func FuzzWalkTrees(f *testing.F) {
	f.Add(entry("100644", "a")+entry("100644", "a-b")+entry("40000", "b"), entry("100644", "a")+entry("40000", "b"))
	f.Add(entry("100644", "a-b")+entry("40000", "a"), entry("100644", "a")+entry("100644", "a-b")+entry("40000", "a"))
	f.Add(entry("100644", "a")+entry("100644", "a-b"), entry("100644", "a")+entry("100644", "a-b")+entry("40000", "a"))
	f.Add(entry("100644", "b")+entry("100644", "c"), entry("100644", "c")+entry("100644", "b"))
	f.Fuzz(checkWalk)
}

func TestWalkTreesOverFewNames(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"a", "a-", "a-b", "a.b", "a0", "ab", "b"}
	modes := []string{"100644", "100755", "40000"}
	folder := func(sorted bool) string {
		var all []string
		for range random.IntN(7) {
			id := strings.Repeat(string(rune(1+random.IntN(2))), idSize)
			all = append(all, modes[random.IntN(len(modes))]+" "+names[random.IntN(len(names))]+"\x00"+id)
		}
		if sorted {
			slices.SortFunc(all, func(a, b string) int {
				x, _, _ := parseEntry(a)
				y, _, _ := parseEntry(b)
				return compareEntries(x, y)
			})
		}
		return strings.Join(all, "")
	}
	for range 100_000 {
		checkWalk(t, folder(true), folder(random.IntN(4) > 0))
	}
}

func checkWalk(t *testing.T, before, after string) {
	old, err := parseTree(hashA, before)
	if err != nil {
		return
	}
	now, want := parseTree(hashB, after)
	for _, check := range []bool{true, false} {
		var got [][2]treeEntry
		err := walkTrees(hashB, before, after, check, func(was, is treeEntry) { got = append(got, [2]treeEntry{was, is}) })
		if check && fmt.Sprint(err) != fmt.Sprint(want) {
			t.Fatalf("beside %q, %q is %v; alone it is %v", before, after, err, want)
		}
		if want != nil {
			return
		}
		if plain := plainDifference(old, now); !slices.Equal(plain, got) {
			t.Fatalf("%q and %q differ by %v, want %v", before, after, got, plain)
		}
	}
}

// plainDifference pairs entries by name and sort.
func plainDifference(old, now []treeEntry) (pairs [][2]treeEntry) {
	both := slices.Concat(old, now)
	slices.SortStableFunc(both, compareEntries)
	both = slices.CompactFunc(both, func(a, b treeEntry) bool { return compareEntries(a, b) == 0 })
	named := func(list []treeEntry, e treeEntry) treeEntry {
		if i, ok := slices.BinarySearchFunc(list, e, compareEntries); ok {
			return list[i]
		}
		return treeEntry{}
	}
	for _, e := range both {
		if was, is := named(old, e), named(now, e); was != is {
			pairs = append(pairs, [2]treeEntry{was, is})
		}
	}
	return pairs
}
