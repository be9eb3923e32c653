package signature_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"example.org/muniment/internal/signature"
)

// ours is the verdict of this package on a sample: the reason of the refusal, of the key's or the signature's.
func ours(t testing.TB, s sample) signature.Reason {
	t.Helper()
	key, err := signature.ParseKey(s.key)
	if err == nil {
		err = signature.Verify(key, []byte(s.said), s.text)
	} else if verr := signature.Verify(signature.Key{}, []byte(s.said), s.text); verr == nil {
		t.Errorf("%s: a signature counts without a key", s.claim)
	}
	var refusal *signature.Refusal
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &refusal):
		t.Errorf("%s: %v is no refusal", s.claim, err)
	}
	return refusal.Reason
}

func TestVerify(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t) {
		t.Run(s.claim, func(t *testing.T) {
			t.Parallel()
			if got := ours(t, s); got != s.reason {
				t.Errorf("the reason is %q, want %q", got, s.reason)
			}
			signer, err := signature.SignedBy([]byte(s.said), s.text)
			if s.reason == "" && (err != nil || signer.String() != s.key) {
				t.Errorf("the signer is %v, %v", signer, err)
			}
			if s.reason != "" && s.reason != signature.OtherKey && err == nil && signer.String() == s.key {
				t.Error("a signature that is refused has this signer")
			}
			if err != nil && !signer.IsZero() {
				t.Error("there is an error and a signer")
			}
		})
	}
}

// TestSameVerdictAsSSHKeygen asks the real program about every sample. Where ours is stricter, the sample says why.
func TestSameVerdictAsSSHKeygen(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	t.Parallel()
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not installed; make test installs it where it may")
	}
	same, stricter := 0, 0
	for _, s := range samples(t) {
		theirs := keygenVerify(t, program, s)
		mine := ours(t, s) == ""
		switch {
		case mine == theirs:
			same++
		case theirs && s.stricter != "":
			stricter++
			t.Logf("stricter than ssh-keygen: %s: %s", s.claim, s.stricter)
		default:
			t.Errorf("%s: ours says %v, ssh-keygen %v", s.claim, mine, theirs)
		}
	}
	t.Logf("%d verdicts, %d the same as ssh-keygen's, %d stricter by design", same+stricter, same, stricter)
}

func keygenVerify(t testing.TB, program string, s sample) bool {
	t.Helper()
	dir := t.TempDir()
	allowed, sig := filepath.Join(dir, "allowed"), filepath.Join(dir, "sig")
	for name, content := range map[string][]byte{allowed: []byte("approver " + s.key + "\n"), sig: s.text} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "-Y", "verify", "-f", allowed, "-I", "approver", "-n", signature.Namespace, "-s", sig)
	cmd.Stdin = strings.NewReader(s.said)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return err == nil
}

// TestSSHKeygenSigns has the real program make keys and signatures, which count here, and reads what is signed here with it.
func TestSSHKeygenSigns(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	t.Parallel()
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not installed; make test installs it where it may")
	}
	for kind, args := range map[string][]string{
		"ed25519": {"-t", "ed25519"}, "ecdsa": {"-t", "ecdsa", "-b", "256"}, "rsa": {"-t", "rsa", "-b", "2048"}, "rsa of 4096 bits": {"-t", "rsa", "-b", "4096"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file, said := filepath.Join(dir, "key"), filepath.Join(dir, "said")
			run := func(args ...string) {
				t.Helper()
				if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
			}
			run(append(args, "-q", "-N", "", "-C", "", "-f", file)...)
			if err := os.WriteFile(said, []byte(statement), 0o600); err != nil {
				t.Fatal(err)
			}
			run("-Y", "sign", "-n", signature.Namespace, "-f", file, said)
			pub, text, private := read(t, file+".pub"), read(t, said+".sig"), read(t, file)
			key, err := signature.ParseKey(strings.TrimSpace(string(pub)))
			if err != nil {
				t.Fatal(err)
			}
			if err := signature.Verify(key, []byte(statement), text); err != nil {
				t.Error(err)
			}
			signer, err := signature.ReadSigner(private)
			if err != nil {
				t.Fatal(err)
			}
			mine, err := signer.Sign([]byte(statement))
			if err != nil {
				t.Fatal(err)
			}
			if signer.Key() != key {
				t.Error("the private key has another public half")
			}
			if kind != "ecdsa" && !bytes.Equal(mine, text) {
				t.Error("what is signed here is not what ssh-keygen writes")
			}
			if !keygenVerify(t, program, sample{key: key.String(), text: mine, said: statement}) {
				t.Error("ssh-keygen refuses what is signed here")
			}
		})
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAgentSigns(t *testing.T) {
	t.Parallel()
	keyring := agent.NewKeyring()
	for _, k := range []any{ed25519Key("dpo"), rsaKey(t, 2048, 65537, "siro"), dsaKey(t)} {
		if err := keyring.Add(agent.AddedKey{PrivateKey: k}); err != nil {
			t.Fatal(err)
		}
	}
	here, there := net.Pipe()
	defer here.Close()
	go func() { _ = agent.ServeAgent(keyring, there) }()
	keys, err := signature.AgentKeys(here)
	if err != nil || len(keys) != 2 {
		t.Fatalf("the agent offers %d keys that are accepted, want 2: %v", len(keys), err)
	}
	for _, key := range keys {
		signer, err := signature.AgentSigner(here, key)
		if err != nil {
			t.Fatal(err)
		}
		text, err := signer.Sign([]byte(statement))
		if err != nil {
			t.Fatal(err)
		}
		if err := signature.Verify(key, []byte(statement), text); err != nil {
			t.Error(err)
		}
	}
	absent := parse(t, fromKey(t, ed25519Key("siro")).PublicKey())
	if _, err := signature.AgentSigner(here, absent); err == nil {
		t.Error("the agent signs with a key that it does not hold")
	}
}

// liar is an agent that answers with a signature of something else.
type liar struct{ agent.Agent }

func (l liar) Sign(key ssh.PublicKey, _ []byte) (*ssh.Signature, error) {
	return l.Agent.Sign(key, []byte("something else"))
}

func TestSignatureThatDoesNotCountIsNotGivenOut(t *testing.T) {
	t.Parallel()
	keyring := agent.NewKeyring()
	if err := keyring.Add(agent.AddedKey{PrivateKey: ed25519Key("dpo")}); err != nil {
		t.Fatal(err)
	}
	here, there := net.Pipe()
	defer here.Close()
	go func() { _ = agent.ServeAgent(liar{keyring}, there) }()
	signer, err := signature.AgentSigner(here, parse(t, fromKey(t, ed25519Key("dpo")).PublicKey()))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := signer.Sign([]byte(statement)); err == nil || text != nil {
		t.Error("a wrong signature was given out")
	}
	if text, err := (signature.Signer{}).Sign([]byte(statement)); err == nil || text != nil {
		t.Error("no key signs")
	}
}

func TestSignersAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := signature.NewSigner(ed25519Key("siro")[:63]); err == nil {
		t.Error("a key of an odd length signs")
	}
	if _, err := signature.ReadSigner([]byte("-----BEGIN SECRET-----\n")); err == nil || strings.Contains(err.Error(), "SECRET") {
		t.Errorf("a file that holds no key: %v", err)
	}
	weak, err := ssh.MarshalPrivateKey(rsaKey(t, 1024, 65537, "siro"), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signature.ReadSigner(pemText(weak.Bytes)); err == nil {
		t.Error("a weak key signs")
	}
}

func pemText(raw []byte) []byte {
	return []byte("-----BEGIN OPENSSH PRIVATE KEY-----\n" + base64.StdEncoding.EncodeToString(raw) + "\n-----END OPENSSH PRIVATE KEY-----\n")
}

func TestEd25519SignsTheSameTwice(t *testing.T) {
	t.Parallel()
	signer, err := signature.NewSigner(ed25519Key("siro"))
	if err != nil {
		t.Fatal(err)
	}
	a, err1 := signer.Sign([]byte(statement))
	b, err2 := signer.Sign([]byte(statement))
	if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
		t.Errorf("two signatures of one statement differ: %v %v", err1, err2)
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	ed := pubText(fromKey(t, ed25519Key("siro")).PublicKey())
	ec := pubText(token{fromKey(t, ed25519Key("siro")), "ssh:", 1, 1}.PublicKey())
	body := strings.Fields(ed)[1]
	for _, c := range []struct {
		claim, text string
		want        signature.Reason
	}{
		{"as ssh-keygen writes it", ed, ""},
		{"of a token", ec, ""},
		{"with a comment", ed + " someone@laptop", signature.BadEncoding},
		{"with a space at the end", ed + " ", signature.BadEncoding},
		{"with two spaces", strings.Replace(ed, " ", "  ", 1), signature.BadEncoding},
		{"with a tab", strings.Replace(ed, " ", "\t", 1), signature.BadEncoding},
		{"with a line end", ed + "\n", signature.BadEncoding},
		{"with a line end inside", ed[:30] + "\n" + ed[30:], signature.BadEncoding},
		{"with options in front", `from="*" ` + ed, signature.BadEncoding},
		{"without its kind", body, signature.BadEncoding},
		{"that says it is another kind", "ssh-rsa " + body, signature.BadEncoding},
		{"with a letter missing", ed[:len(ed)-1], signature.BadEncoding},
		{"with bytes after it", "ssh-ed25519 " + base64.StdEncoding.EncodeToString(append(unbase64(body), 0, 0, 0)), signature.BadEncoding},
		{"cut short", "ssh-ed25519 " + base64.StdEncoding.EncodeToString(unbase64(body)[:48]), signature.BadEncoding},
		{"that is a star", "*", signature.BadEncoding},
		{"that is empty", "", signature.BadEncoding},
		{"that is very long", "ssh-rsa " + strings.Repeat("A", signature.MaxBytes), signature.TooLarge},
		{"of DSA", pubText(fromKey(t, dsaKey(t)).PublicKey()), signature.BadKind},
		{"of few bits", pubText(fromKey(t, rsaKey(t, 1024, 65537, "siro")).PublicKey()), signature.WeakKey},
	} {
		key, err := signature.ParseKey(c.text)
		var refusal *signature.Refusal
		switch {
		case c.want == "" && (err != nil || key.String() != c.text || key.IsZero() || key.Fingerprint() != fingerprint(c.text) || key.Kind() != strings.Fields(c.text)[0]):
			t.Errorf("a key %s: %v, %v", c.claim, key, err)
		case c.want != "" && (!errors.As(err, &refusal) || refusal.Reason != c.want || !key.IsZero()):
			t.Errorf("a key %s: %v, want %s", c.claim, err, c.want)
		}
	}
	if (signature.Key{}).String() != "" || (signature.Key{}).Fingerprint() != "" || !(signature.Key{}).IsZero() {
		t.Error("no key has a text")
	}
}

func TestCheckKeys(t *testing.T) {
	t.Parallel()
	a, b := pubText(fromKey(t, ed25519Key("a")).PublicKey()), pubText(fromKey(t, ed25519Key("b")).PublicKey())
	weak := pubText(fromKey(t, rsaKey(t, 1024, 65537, "siro")).PublicKey())
	type list = []signature.Listed
	type faults = []signature.KeyFault
	for _, c := range []struct {
		claim string
		list  list
		want  faults
	}{
		{"no keys", nil, nil},
		{"everybody has their own, some have two", list{{"siro", a}, {"siro", b}}, nil},
		{"two people have one key", list{{"siro", a}, {"dpo", b}, {"dpo", a}}, faults{{Index: 2, Other: 0, Reason: signature.Shared}}},
		{"one person has a key twice", list{{"siro", a}, {"siro", a}}, faults{{Index: 1, Other: 0, Reason: signature.Twice}}},
		{"a key that is a star", list{{"siro", "*"}, {"dpo", "*"}}, faults{{Index: 0, Other: -1, Reason: signature.BadEncoding}, {Index: 1, Other: -1, Reason: signature.BadEncoding}}},
		{"a key that is too weak", list{{"siro", a}, {"dpo", weak}}, faults{{Index: 1, Other: -1, Reason: signature.WeakKey}}},
	} {
		got := signature.CheckKeys(c.list)
		for i := range got {
			if got[i].Text == "" || strings.Contains(got[i].Text, "AAAA") {
				t.Errorf("%s: the text is %q", c.claim, got[i].Text)
			}
			got[i].Text = ""
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.claim, diff)
		}
	}
}

func unbase64(text string) []byte {
	b, err := base64.StdEncoding.DecodeString(text)
	must(err)
	return b
}

func fingerprint(text string) string {
	pub, _, _, _, err := ssh.ParseAuthorizedKey([]byte(text))
	must(err)
	return ssh.FingerprintSHA256(pub)
}

// TestEveryBitCounts flips each bit of a signature's text, of the signed bytes and of the key.
func TestEveryBitCounts(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, s := range samples(t) {
		if s.reason != "" || len(s.said) > 1000 || testing.Short() && strings.Contains(s.claim, "RSA") {
			continue
		}
		key, err := signature.ParseKey(s.key)
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string][]byte{"statement": []byte(s.said), "signature": s.text, "key": []byte(s.key)} {
			for i := range len(text) * 8 {
				flipped := bytes.Clone(text)
				flipped[i/8] ^= 1 << (i % 8)
				var err error
				switch name {
				case "statement":
					err = signature.Verify(key, flipped, s.text)
				case "signature":
					err = signature.Verify(key, []byte(s.said), flipped)
				default:
					var other signature.Key
					if other, err = signature.ParseKey(string(flipped)); err == nil {
						err = signature.Verify(other, []byte(s.said), s.text)
					}
				}
				if tried++; err == nil {
					t.Errorf("%s: bit %d of the %s does not count", s.claim, i, name)
				}
			}
		}
	}
	t.Logf("%d of %d single-bit changes refused", tried, tried)
}
