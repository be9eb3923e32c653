package signature_test

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	"example.org/muniment/internal/signature"
)

const statement = "schema: \"muniment/v1\"\nkind: \"approval\"\n"

// parts is a signature of the SSHSIG format, every field of it open to change.
type parts struct {
	Magic     [6]byte
	Version   uint32
	Key       []byte
	Namespace string
	Reserved  []byte
	Hash      string
	Signature []byte
}

// made is what a sample is made from before it becomes text.
type made struct {
	parts parts
	inner ssh.Signature // becomes parts.Signature unless that is set
	text  func([]byte) []byte
	key   ssh.PublicKey // the one that is expected
	said  string        // the statement that is verified
}

// sample is a signature with the key that is expected and what should come of it.
type sample struct {
	claim  string
	key    string // as it is written
	text   []byte // armoured
	said   string
	reason signature.Reason // empty: it counts
	// stricter says why we refuse what ssh-keygen accepts; empty for the same verdict.
	stricter string
}

// sign makes a sound signature with a signer and lets change break one thing before (namespace, hash: they are signed too)
// or after.
func sign(t testing.TB, s ssh.Signer, algorithm, namespace, hash, said string) made {
	t.Helper()
	var digest []byte
	if hash == "sha256" {
		sum := sha256.Sum256([]byte(said))
		digest = sum[:]
	} else {
		sum := sha512.Sum512([]byte(said))
		digest = sum[:]
	}
	signed := append([]byte("SSHSIG"), ssh.Marshal(struct {
		Namespace, Reserved, Hash string
		Digest                    []byte
	}{namespace, "", hash, digest})...)
	var inner *ssh.Signature
	var err error
	if as, ok := s.(ssh.AlgorithmSigner); ok && algorithm != "" {
		inner, err = as.SignWithAlgorithm(rand.Reader, signed, algorithm)
	} else {
		inner, err = s.Sign(rand.Reader, signed)
	}
	if err != nil {
		t.Fatal(err)
	}
	return made{
		parts: parts{[6]byte([]byte("SSHSIG")), 1, s.PublicKey().Marshal(), namespace, nil, hash, nil},
		inner: *inner, text: armour, key: s.PublicKey(), said: said,
	}
}

// armour is written anew here, so that the one in the program has something to be compared with.
func armour(raw []byte) []byte { return wrapped(raw, 70) }

func wrapped(raw []byte, width int) []byte {
	var b strings.Builder
	b.WriteString("-----BEGIN SSH SIGNATURE-----\n")
	text := base64.StdEncoding.EncodeToString(raw)
	for ; len(text) > width; text = text[width:] {
		b.WriteString(text[:width] + "\n")
	}
	b.WriteString(text + "\n-----END SSH SIGNATURE-----\n")
	return []byte(b.String())
}

func (m made) sample(claim string, reason signature.Reason, stricter string) sample {
	if m.parts.Signature == nil {
		m.parts.Signature = ssh.Marshal(m.inner)
	}
	return sample{claim, pubText(m.key), m.text(ssh.Marshal(m.parts)), m.said, reason, stricter}
}

type numbers struct{ R, S *big.Int }

func ecNumbers(blob []byte) numbers {
	var n numbers
	must(ssh.Unmarshal(blob, &n))
	return n
}

// samples are signatures, sound and broken. Each broken one is a sound one with one thing changed.
func samples(t testing.TB) []sample {
	t.Helper()
	once.Do(func() { list = makeSamples(t) })
	return list
}

var (
	once sync.Once
	list []sample
)

func makeSamples(t testing.TB) []sample {
	t.Helper()
	const ns = signature.Namespace
	ed := fromKey(t, ed25519Key("siro"))
	other := fromKey(t, ed25519Key("dpo"))
	ec := fromKey(t, ecdsaKey(t, elliptic.P256(), "siro"))
	rsa2048 := fromKey(t, rsaKey(t, 2048, 65537, "siro"))
	touched := token{ed, "ssh:", 1, 7}
	touchedEC := token{ec, "ssh:approvals", 5, 7}
	good := func(s ssh.Signer, algorithm string) made { return sign(t, s, algorithm, ns, "sha512", statement) }

	var list []sample
	add := func(claim string, reason signature.Reason, m made, stricter string, change func(*made)) {
		if change != nil {
			change(&m)
		}
		list = append(list, m.sample(claim, reason, stricter))
	}

	// Sound ones.
	add("Ed25519", "", good(ed, ""), "", nil)
	add("Ed25519 over SHA-256", "", sign(t, ed, "", ns, "sha256", statement), "", nil)
	add("Ed25519 over nothing", "", sign(t, ed, "", ns, "sha512", ""), "", nil)
	add("Ed25519 over much", "", sign(t, ed, "", ns, "sha512", strings.Repeat(statement, 2000)), "", nil)
	add("ECDSA P-256", "", good(ec, ""), "", nil)
	add("ECDSA P-256 over SHA-256", "", sign(t, ec, "", ns, "sha256", statement), "", nil)
	add("RSA of 2048 bits, rsa-sha2-512", "", good(rsa2048, ssh.KeyAlgoRSASHA512), "", nil)
	add("RSA of 2048 bits, rsa-sha2-256", "", good(rsa2048, ssh.KeyAlgoRSASHA256), "", nil)
	add("RSA of 3072 bits", "", good(fromKey(t, rsaKey(t, 3072, 65537, "dpo")), ssh.KeyAlgoRSASHA512), "", nil)
	add("Ed25519 on a token, touched", "", good(touched, ""), "", nil)
	add("Ed25519 on a token, touched and unlocked", "", good(token{ed, "ssh:approvals", 5, 1 << 31}, ""), "", nil)
	add("ECDSA on a token, touched and unlocked", "", good(touchedEC, ""), "", nil)
	add("ECDSA with the other of its two numbers is a signature too", "", good(ec, ""), "", func(m *made) {
		n := ecNumbers(m.inner.Blob)
		n.S.Sub(elliptic.P256().Params().N, n.S)
		m.inner.Blob = ssh.Marshal(n)
	})

	// Other bytes, another key, another purpose.
	for _, s := range []struct {
		name string
		m    made
	}{{"Ed25519", good(ed, "")}, {"ECDSA", good(ec, "")}, {"RSA", good(rsa2048, ssh.KeyAlgoRSASHA512)}, {"Ed25519 on a token", good(touched, "")}, {"ECDSA on a token", good(touchedEC, "")}} {
		add(s.name+": the statement has one more line", signature.NotVerified, s.m, "", func(m *made) { m.said += "conditions: []\n" })
		add(s.name+": the statement lost its last line end", signature.NotVerified, s.m, "", func(m *made) { m.said = strings.TrimSuffix(m.said, "\n") })
		add(s.name+": the statement has other line ends", signature.NotVerified, s.m, "", func(m *made) { m.said = strings.ReplaceAll(m.said, "\n", "\r\n") })
		add(s.name+": another key is expected", signature.OtherKey, s.m, "", func(m *made) { m.key = other.PublicKey() })
		add(s.name+": another key is put into the signature", signature.NotVerified, good(other, ""), "", func(m *made) {
			if s.name != "Ed25519" {
				m.parts.Key, m.inner, m.key = s.m.parts.Key, s.m.inner, s.m.key
				m.inner.Blob = bytes.Clone(m.inner.Blob)
				m.inner.Blob[len(m.inner.Blob)-1] ^= 1
				return
			}
			m.parts.Key, m.key = s.m.parts.Key, s.m.key
		})
		add(s.name+": another digest is named", signature.NotVerified, s.m, "", func(m *made) { m.parts.Hash = "sha256" })
		add(s.name+": a digest that nobody knows", signature.BadHash, s.m, "", func(m *made) { m.parts.Hash = "sha1" })
		add(s.name+": the namespace was changed to ours", signature.NotVerified, sign(t, ed, "", "git", "sha512", statement), "", func(m *made) { m.parts.Namespace = ns })
		add(s.name+": a byte more at the end of everything", signature.BadEncoding, s.m, "", func(m *made) {
			m.text = func(raw []byte) []byte { return armour(append(raw, 0)) }
		})
		add(s.name+": a byte more at the end of the signature", signature.BadEncoding, s.m, "", func(m *made) { m.inner.Rest = append(bytes.Clone(m.inner.Rest), 0) })
		add(s.name+": a byte less at the end of the signature", signature.BadEncoding, s.m, "", func(m *made) { m.inner.Blob = m.inner.Blob[:len(m.inner.Blob)-1] })
		add(s.name+": an empty signature", signature.BadEncoding, s.m, "", func(m *made) { m.inner.Blob = nil })
		add(s.name+": no signature", signature.BadEncoding, s.m, "", func(m *made) { m.parts.Signature = []byte{} })
		add(s.name+": a signature twice as long", signature.BadEncoding, s.m, "", func(m *made) { m.inner.Blob = append(bytes.Clone(m.inner.Blob), m.inner.Blob...) })
	}
	add("made for git", signature.BadNamespace, sign(t, ed, "", "git", "sha512", statement), "", nil)
	add("made for files", signature.BadNamespace, sign(t, ed, "", "file", "sha512", statement), "", nil)
	add("made for nothing", signature.BadNamespace, sign(t, ed, "", "", "sha512", statement), "", nil)
	add("made for a namespace that begins as ours", signature.BadNamespace, sign(t, ed, "", ns+"x", "sha512", statement), "", nil)
	add("made for ours in capitals", signature.BadNamespace, sign(t, ed, "", strings.ToUpper(ns), "sha512", statement), "", nil)
	add("made for ours and a NUL", signature.BadNamespace, sign(t, ed, "", ns+"\x00", "sha512", statement), "", nil)

	// The wrapping.
	edGood := func() made { return good(ed, "") }
	add("version 2 of the format", signature.BadVersion, edGood(), "", func(m *made) { m.parts.Version = 2 })
	add("version 0 of the format", signature.BadVersion, edGood(), "there is no version 0", func(m *made) { m.parts.Version = 0 })
	add("another preamble", signature.BadEncoding, edGood(), "", func(m *made) { m.parts.Magic[5] = 'g' })
	add("the reserved field is set", signature.BadEncoding, edGood(), "the format says that the reserved field is ignored; what nobody reads, nobody may hide in", func(m *made) { m.parts.Reserved = []byte("x") })
	add("nothing in the armour", signature.BadArmour, edGood(), "", func(m *made) { m.text = func([]byte) []byte { return armour(nil) } })
	add("half of it", signature.BadEncoding, edGood(), "", func(m *made) { m.text = func(raw []byte) []byte { return armour(raw[:len(raw)/2]) } })
	const onlyOne = "one text for each signature, so that nothing can stand beside it unseen"
	armoured := func(claim, stricter string, change func([]byte) []byte) {
		m := edGood()
		m.text = func(raw []byte) []byte { return change(armour(raw)) }
		list = append(list, m.sample(claim, signature.BadArmour, stricter))
	}
	armoured("an empty file", "", func([]byte) []byte { return nil })
	armoured("text before the armour", "", func(b []byte) []byte { return append([]byte("Approved:\n"), b...) })
	armoured("a byte order mark", "", func(b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) })
	armoured("text after the armour", onlyOne, func(b []byte) []byte { return append(b, "Approved\n"...) })
	armoured("a second signature", onlyOne, func(b []byte) []byte { return append(b, b...) })
	armoured("no line end at the end", onlyOne, func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\n")) })
	armoured("Windows line ends", onlyOne, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) })
	armoured("spaces in the base64", onlyOne, func(b []byte) []byte { return bytes.Replace(b, []byte("\nU1"), []byte("\nU 1"), 1) })
	armoured("an empty line", onlyOne, func(b []byte) []byte { return bytes.Replace(b, []byte("\n"), []byte("\n\n"), 1) })
	armoured("a header in the armour", "", func(b []byte) []byte { return bytes.Replace(b, []byte("\n"), []byte("\nComment: x\n\n"), 1) })
	armoured("a letter that is none of base64", "", func(b []byte) []byte { return bytes.Replace(b, []byte("\nU1"), []byte("\n*1"), 1) })
	armoured("no last line", "", func(b []byte) []byte { return b[:bytes.Index(b, []byte("-----END"))] })
	armoured("the last line of another thing", "", func(b []byte) []byte {
		return bytes.Replace(b, []byte("END SSH SIGNATURE"), []byte("END PGP SIGNATURE"), 1)
	})
	armoured("the lines of another thing", "", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("SSH SIG"), []byte("PGP SIG")) })
	long := func(n int) func(*made) {
		return func(m *made) {
			m.text = func(raw []byte) []byte { return append(armour(raw), bytes.Repeat([]byte{'\n'}, n-len(armour(raw)))...) }
		}
	}
	add("as long as may be, and with empty lines", signature.BadArmour, edGood(), onlyOne, long(signature.MaxBytes))
	add("longer than may be", signature.TooLarge, edGood(), "there is a limit to everything", long(signature.MaxBytes+1))
	armoured("NUL at the end", onlyOne, func(b []byte) []byte { return append(b, 0) })
	add("wrapped at 64", signature.BadArmour, edGood(), onlyOne, func(m *made) { m.text = func(raw []byte) []byte { return wrapped(raw, 64) } })
	add("not wrapped", signature.BadArmour, edGood(), onlyOne, func(m *made) { m.text = func(raw []byte) []byte { return wrapped(raw, 4000) } })
	add("unused bits of the base64 are set", signature.BadArmour, sign(t, ec, "", ns, "sha512", statement), onlyOne, func(m *made) {
		m.text = func(raw []byte) []byte {
			// A length that leaves bits over is needed; a namespace cannot change, so ECDSA's own lengths are tried.
			for len(raw)%3 == 0 {
				again := sign(t, ec, "", ns, "sha512", statement)
				again.parts.Signature = ssh.Marshal(again.inner)
				raw = ssh.Marshal(again.parts)
			}
			b := armour(raw)
			i := bytes.IndexByte(b, '=') - 1
			const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
			b[i] = letters[strings.IndexByte(letters, b[i])|1]
			return b
		}
	})

	// Kinds and strengths.
	const kinds = "only five kinds of key are accepted"
	add("ECDSA P-384", signature.BadKind, good(fromKey(t, ecdsaKey(t, elliptic.P384(), "siro")), ""), kinds, nil)
	add("ECDSA P-521", signature.BadKind, good(fromKey(t, ecdsaKey(t, elliptic.P521(), "siro")), ""), kinds, nil)
	add("DSA", signature.BadKind, good(fromKey(t, dsaKey(t)), ""), kinds, nil)
	add("RSA of 1024 bits", signature.WeakKey, good(fromKey(t, rsaKey(t, 1024, 65537, "siro")), ssh.KeyAlgoRSASHA512), "2048 bits are the least", nil)
	add("RSA of 1536 bits", signature.WeakKey, good(fromKey(t, rsaKey(t, 1536, 65537, "siro")), ssh.KeyAlgoRSASHA512), "2048 bits are the least", nil)
	add("RSA with exponent 3", signature.WeakKey, good(fromKey(t, rsaKey(t, 2048, 3, "siro")), ssh.KeyAlgoRSASHA512), "ssh-keygen makes no such key", nil)
	add("RSA with SHA-1", signature.BadEncoding, good(rsa2048, ssh.KeyAlgoRSA), "", nil)
	add("RSA that says SHA-256 and is SHA-512", signature.NotVerified, good(rsa2048, ssh.KeyAlgoRSASHA512), "", func(m *made) { m.inner.Format = ssh.KeyAlgoRSASHA256 })
	add("RSA that lost a zero at its front", signature.BadEncoding, shortRSA(t, rsa2048), "a signature is as long as its modulus", nil)
	add("ECDSA that says it is Ed25519", signature.BadKind, good(ec, ""), "", func(m *made) { m.inner.Format = ssh.KeyAlgoED25519 })
	add("Ed25519 that says it is on a token", signature.BadKind, edGood(), "", func(m *made) { m.inner.Format = ssh.KeyAlgoSKED25519 })
	add("a token's signature under the bare key", signature.BadKind, good(touched, ""), "", func(m *made) { m.parts.Key, m.key = ed.PublicKey().Marshal(), ed.PublicKey() })
	add("ECDSA as browsers sign", signature.BadKind, good(touchedEC, ""), "", func(m *made) { m.inner.Format = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com" })
	add("a certificate", signature.BadKind, certificate(t, ed), "the key itself must be named in the appointments", nil)
	add("a token that nobody touched", signature.NoPresence, good(token{ed, "ssh:", 0, 7}, ""), "somebody must have been there", nil)
	add("a token that was unlocked and not touched", signature.NoPresence, good(token{ec, "ssh:", 4, 7}, ""), "somebody must have been there", nil)
	add("a token that was told of a touch afterwards", signature.NotVerified, good(token{ed, "ssh:", 0, 7}, ""), "", func(m *made) { m.inner.Rest = []byte{1, 0, 0, 0, 7} })
	add("a token with a flag that has no meaning", signature.BadEncoding, good(token{ed, "ssh:", 0x41, 7}, ""), "flags that nobody knows are not passed over", nil)
	add("a token with another counter", signature.NotVerified, good(touched, ""), "", func(m *made) { m.inner.Rest = []byte{1, 0, 0, 0, 8} })
	add("a token without flags", signature.BadEncoding, good(touched, ""), "", func(m *made) { m.inner.Rest = nil })
	add("a token's key for something else", signature.BadKind, good(token{ed, "https://example.org", 1, 7}, ""), "the key was not made for SSH", nil)

	// Numbers of ECDSA.
	ecChange := func(claim string, reason signature.Reason, change func(*numbers)) {
		add(claim, reason, good(ec, ""), "", func(m *made) {
			n := ecNumbers(m.inner.Blob)
			change(&n)
			m.inner.Blob = ssh.Marshal(n)
		})
	}
	order := elliptic.P256().Params().N
	ecChange("r is zero", signature.BadEncoding, func(n *numbers) { n.R = new(big.Int) })
	ecChange("s is zero", signature.BadEncoding, func(n *numbers) { n.S = new(big.Int) })
	ecChange("r is negative", signature.BadEncoding, func(n *numbers) { n.R.Neg(n.R) })
	ecChange("s is negative", signature.BadEncoding, func(n *numbers) { n.S.Neg(n.S) })
	ecChange("r is the order", signature.NotVerified, func(n *numbers) { n.R = order })
	ecChange("s is beyond the order", signature.NotVerified, func(n *numbers) { n.S.Add(n.S, order) })
	ecChange("r and s are swapped", signature.NotVerified, func(n *numbers) { n.R, n.S = n.S, n.R })
	add("r has zeros in front", signature.BadEncoding, good(ec, ""), "each number has one form", func(m *made) {
		n := ecNumbers(m.inner.Blob)
		m.inner.Blob = ssh.Marshal(struct{ R, S []byte }{append([]byte{0, 0}, n.R.Bytes()...), append([]byte{0}, n.S.Bytes()...)})
	})
	add("S of Ed25519 is beyond the order", signature.NotVerified, edGood(), "a second form of one signature is none", func(m *made) {
		l, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
		s := make([]byte, 32)
		for i, b := range m.inner.Blob[32:] {
			s[31-i] = b
		}
		new(big.Int).Add(new(big.Int).SetBytes(s), l).FillBytes(s)
		m.inner.Blob = bytes.Clone(m.inner.Blob)
		for i, b := range s {
			m.inner.Blob[63-i] = b
		}
	})
	add("a point of small order, under which anybody signs", signature.WeakKey, smallOrder(t), "the key protects nothing", nil)
	return list
}
