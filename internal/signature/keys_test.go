package signature_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"example.org/muniment/internal/signature"
)

// Keys for tests only, each made from a word, so that nothing secret is kept and every run has the same ones.

// drip gives the same bytes for the same word: the digests of the word and a counter.
type drip struct {
	word string
	n    uint64
	rest []byte
}

func (d *drip) Read(p []byte) (int, error) {
	for len(d.rest) < len(p) {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(d.word), d.n))
		d.rest = append(d.rest, sum[:]...)
		d.n++
	}
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

func seed(word string) []byte {
	sum := sha256.Sum256([]byte("test only: " + word))
	return sum[:]
}

func ed25519Key(word string) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(seed(word)) }

func ecdsaKey(t testing.TB, curve elliptic.Curve, word string) *ecdsa.PrivateKey {
	t.Helper()
	size := (curve.Params().BitSize + 7) / 8
	raw := make([]byte, size)
	copy(raw[size-24:], seed(word)) // shorter than any order of the curves
	key, err := ecdsa.ParseRawPrivateKey(curve, raw)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func rsaKey(t testing.TB, bits, e int, word string) *rsa.PrivateKey {
	t.Helper()
	source := &drip{word: "test only: " + word}
	prime := func(bits int) *big.Int {
		raw := make([]byte, bits/8)
		for {
			_, _ = source.Read(raw)
			p := new(big.Int).SetBytes(raw)
			p.SetBit(p.SetBit(p.SetBit(p, bits-1, 1), bits-2, 1), 0, 1)
			one := new(big.Int).Sub(p, big.NewInt(1))
			if new(big.Int).GCD(nil, nil, one, big.NewInt(int64(e))).Cmp(big.NewInt(1)) == 0 && p.ProbablyPrime(10) {
				return p
			}
		}
	}
	p, q := prime(bits/2), prime(bits/2)
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: e},
		D:         new(big.Int).ModInverse(big.NewInt(int64(e)), phi), Primes: []*big.Int{p, q},
	}
	key.Precompute()
	return key
}

func fromKey(t testing.TB, key any) ssh.Signer {
	t.Helper()
	s, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// token is a security token made of software: what FIDO tokens sign, with flags and a counter of the test's choice.
type token struct {
	inner       ssh.Signer
	application string
	flags       byte
	counter     uint32
}

func (k token) PublicKey() ssh.PublicKey {
	var wire []byte
	if k.inner.PublicKey().Type() == ssh.KeyAlgoED25519 {
		var pub struct {
			Kind  string
			Point string
		}
		must(ssh.Unmarshal(k.inner.PublicKey().Marshal(), &pub))
		wire = ssh.Marshal(struct{ Kind, Point, Application string }{ssh.KeyAlgoSKED25519, pub.Point, k.application})
	} else {
		var pub struct{ Kind, Curve, Point string }
		must(ssh.Unmarshal(k.inner.PublicKey().Marshal(), &pub))
		wire = ssh.Marshal(struct{ Kind, Curve, Point, Application string }{ssh.KeyAlgoSKECDSA256, pub.Curve, pub.Point, k.application})
	}
	pub, err := ssh.ParsePublicKey(wire)
	must(err)
	return pub
}

func (k token) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	app, message := sha256.Sum256([]byte(k.application)), sha256.Sum256(data)
	tail := binary.BigEndian.AppendUint32([]byte{k.flags}, k.counter)
	sig, err := k.inner.Sign(rand, bytes.Join([][]byte{app[:], tail, message[:]}, nil))
	if err != nil {
		return nil, err
	}
	sig.Format, sig.Rest = k.PublicKey().Type(), tail
	return sig, nil
}

func must(err error) {
	if err != nil {
		panic("signature_test: " + err.Error())
	}
}

// pubText gives a public key as ssh-keygen writes it, without the comment.
func pubText(key ssh.PublicKey) string {
	return strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(key)), "\n")
}

func parse(t testing.TB, key ssh.PublicKey) signature.Key {
	t.Helper()
	k, err := signature.ParseKey(pubText(key))
	if err != nil {
		t.Fatal(err)
	}
	return k
}
