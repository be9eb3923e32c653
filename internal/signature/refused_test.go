package signature_test

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"

	"filippo.io/edwards25519"
	"golang.org/x/crypto/ssh"

	"example.org/muniment/internal/signature"
)

// written gives a key in its written form from its parts, as nobody's library would write it.
func written(kind string, parts any) string {
	return kind + " " + base64.StdEncoding.EncodeToString(ssh.Marshal(parts))
}

func edKey(point []byte) string {
	return written(ssh.KeyAlgoED25519, struct {
		Kind  string
		Point []byte
	}{ssh.KeyAlgoED25519, point})
}

func rsaText(e, n []byte) string {
	return written(ssh.KeyAlgoRSA, struct {
		Kind string
		E, N []byte
	}{ssh.KeyAlgoRSA, e, n})
}

// mpint writes a number as the format does, with a zero in front where its first bit is set.
func mpint(n *big.Int) []byte {
	raw := n.Bytes()
	if raw[0]&0x80 != 0 {
		raw = append([]byte{0}, raw...)
	}
	return raw
}

// secondForm is a point of the curve, of full order, whose number is written with the curve's prime added to it.
func secondForm(t *testing.T) []byte {
	t.Helper()
	prime := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	for y := int64(2); y < 19; y++ {
		raw := new(big.Int).Add(prime, big.NewInt(y)).FillBytes(make([]byte, 32))
		for i := range 16 {
			raw[i], raw[31-i] = raw[31-i], raw[i]
		}
		p, err := new(edwards25519.Point).SetBytes(raw)
		if err == nil && new(edwards25519.Point).MultByCofactor(p).Equal(edwards25519.NewIdentityPoint()) == 0 {
			return raw
		}
	}
	t.Fatal("no number below 19 is one of such a point")
	return nil
}

func TestKeysThatAreRefused(t *testing.T) {
	sound := pubText(fromKey(t, ed25519Key("siro")).PublicKey())
	e := []byte{1, 0, 1}
	odd := func(bits int) *big.Int {
		n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		return n.SetBit(n, 0, 1)
	}
	neutral := make([]byte, 32)
	neutral[0] = 1
	off := make([]byte, 32)
	off[0] = 2 // no point has this number
	for claim, c := range map[string]struct {
		text   string
		reason signature.Reason // empty: it is accepted
		words  string
	}{
		"a key":                                  {sound, "", ""},
		"a comment behind it":                    {sound + " siro@example.org", signature.BadEncoding, "leave out the comment"},
		"something behind it that is no base64":  {sound + "!", signature.BadEncoding, "one line of base64"},
		"four characters behind it, none base64": {sound + "!!!!", signature.BadEncoding, "one line of base64"},
		"a kind alone":                           {"ssh-ed25519", signature.BadEncoding, "one line of base64"},
		"a kind and a space":                     {"ssh-ed25519 ", signature.BadEncoding, "one line of base64"},
		"text as long as may be":                 {strings.Repeat("a", signature.MaxBytes), signature.BadEncoding, ""},
		"text one longer than may be":            {strings.Repeat("a", signature.MaxBytes+1), signature.TooLarge, ""},
		"a number that is none of a point":       {edKey(off), signature.WeakKey, "not a point"},
		"a point written in a second way":        {edKey(secondForm(t)), signature.WeakKey, "not written as one"},
		"the neutral point":                      {edKey(neutral), signature.WeakKey, "anybody can sign"},
		"the neutral point on a token": {written(ssh.KeyAlgoSKED25519, struct {
			Kind        string
			Point       []byte
			Application string
		}{ssh.KeyAlgoSKED25519, neutral, "ssh:"}), signature.WeakKey, "anybody can sign"},
		"RSA of 2,048 bits":                            {rsaText(e, mpint(odd(2048))), "", ""},
		"RSA of 2,047 bits":                            {rsaText(e, mpint(odd(2047))), signature.WeakKey, "fewer than 2048"},
		"RSA of 8,192 bits":                            {rsaText(e, mpint(odd(8192))), "", ""},
		"RSA of an even number":                        {rsaText(e, mpint(new(big.Int).Lsh(big.NewInt(1), 2047))), signature.WeakKey, "not ones that ssh-keygen makes"},
		"RSA with a zero too many in front":            {rsaText(e, append([]byte{0}, mpint(odd(2048))...)), signature.BadEncoding, ""},
		"RSA with a zero in front of its small number": {rsaText(append([]byte{0}, e...), mpint(odd(2048))), signature.BadEncoding, ""},
	} {
		t.Run(claim, func(t *testing.T) {
			for range 2 { // what was looked at before is refused again
				key, err := signature.ParseKey(c.text)
				var refusal *signature.Refusal
				switch {
				case c.reason == "" && (err != nil || key.String() != c.text):
					t.Errorf("%q, %v", key, err)
				case c.reason != "" && (!errors.As(err, &refusal) || refusal.Reason != c.reason || !strings.Contains(err.Error(), c.words) || !key.IsZero()):
					t.Errorf("%v, want %s, %q", err, c.reason, c.words)
				}
			}
		})
	}
	if _, err := signature.ParseKey(rsaText(e, mpint(odd(8193)))); err == nil {
		t.Error("RSA of 8,193 bits is accepted")
	}
}

func TestCheckForm(t *testing.T) {
	for _, s := range samples(t) {
		if s.reason == "" {
			if err := signature.CheckForm(s.text); err != nil {
				t.Errorf("%s: %v", s.claim, err)
			}
			continue
		}
		var refusal *signature.Refusal
		if s.reason == signature.NotVerified || s.reason == signature.OtherKey {
			continue // that cannot be seen without the bytes and the key
		}
		if err := signature.CheckForm(s.text); !errors.As(err, &refusal) || refusal.Reason != s.reason {
			t.Errorf("%s: %v, want %s", s.claim, err, s.reason)
		}
	}
}

func TestSignersOfFiles(t *testing.T) {
	key := ed25519Key("witness")
	block, err := ssh.MarshalPrivateKey(key, "")
	must(err)
	s, err := signature.ReadSigner(pem.EncodeToMemory(block))
	if err != nil || s.Key() != parse(t, fromKey(t, key).PublicKey()) {
		t.Fatalf("%v, %v", s.Key(), err)
	}
	if text, err := s.Sign([]byte(statement)); err != nil || signature.Verify(s.Key(), []byte(statement), text) != nil {
		t.Errorf("it does not sign: %v", err)
	}
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte("word"))
	must(err)
	weak, err := ssh.MarshalPrivateKey(rsaKey(t, 1024, 65537, "weak"), "")
	must(err)
	for claim, c := range map[string]struct {
		file  []byte
		words string
	}{
		"a passphrase":   {pem.EncodeToMemory(locked), "a passphrase protects it"},
		"no key":         {[]byte("no key"), "not a private key file"},
		"a weak key":     {pem.EncodeToMemory(weak), "fewer than 2048"},
		"nothing at all": {nil, "not a private key file"},
	} {
		if s, err := signature.ReadSigner(c.file); err == nil || !strings.Contains(err.Error(), c.words) || !s.Key().IsZero() {
			t.Errorf("%s: %v", claim, err)
		}
	}
	for _, n := range []int{0, 31, 63, 65} {
		if s, err := signature.NewSigner(make([]byte, n)); err == nil || !s.Key().IsZero() {
			t.Errorf("a key of %d bytes is accepted", n)
		}
	}
	if text, err := new(signature.Signer).Sign([]byte(statement)); err == nil {
		t.Errorf("nobody signed: %s", text)
	}
}

// TestAnAgentThatHangsUp: no answer is no key and no list of keys.
func TestAnAgentThatHangsUp(t *testing.T) {
	ours, theirs := net.Pipe()
	theirs.Close()
	if s, err := signature.AgentSigner(ours, parse(t, fromKey(t, ed25519Key("siro")).PublicKey())); err == nil || !strings.Contains(err.Error(), "ask the agent") || !s.Key().IsZero() {
		t.Errorf("%v", err)
	}
	if keys, err := signature.AgentKeys(ours); err == nil || keys != nil {
		t.Errorf("%v, %v", keys, err)
	}
}
