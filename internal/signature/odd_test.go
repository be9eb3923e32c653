package signature_test

import (
	//lint:ignore SA1019 a key to be refused
	"crypto/dsa"
	"crypto/rand"
	"strconv"
	"testing"

	"golang.org/x/crypto/ssh"

	"example.org/muniment/internal/signature"
)

// dsaKey is a DSA key of 1024 bits, as people had them twenty years ago.
func dsaKey(t testing.TB) *dsa.PrivateKey {
	t.Helper()
	var key dsa.PrivateKey
	if err := dsa.GenerateParameters(&key.Parameters, &drip{word: "dsa"}, dsa.L1024N160); err != nil {
		t.Fatal(err)
	}
	if err := dsa.GenerateKey(&key, &drip{word: "dsa key"}); err != nil {
		t.Fatal(err)
	}
	return &key
}

// shortRSA looks for a statement whose signature begins with a zero byte and leaves that out, as some programs do.
func shortRSA(t testing.TB, s ssh.Signer) made {
	t.Helper()
	for i := range 20000 {
		m := sign(t, s, ssh.KeyAlgoRSASHA512, signature.Namespace, "sha512", statement+strconv.Itoa(i)+"\n")
		if m.inner.Blob[0] == 0 {
			m.inner.Blob = m.inner.Blob[1:]
			return m
		}
	}
	t.Fatal("no signature begins with a zero")
	return made{}
}

// certificate is a signature by a key that comes with a certificate over it.
func certificate(t testing.TB, s ssh.Signer) made {
	t.Helper()
	cert := &ssh.Certificate{Key: s.PublicKey(), CertType: ssh.UserCert, ValidPrincipals: []string{"approver"}, ValidBefore: ssh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, fromKey(t, ed25519Key("authority"))); err != nil {
		t.Fatal(err)
	}
	m := sign(t, s, "", signature.Namespace, "sha512", statement)
	m.parts.Key = cert.Marshal()
	return m
}

// smallOrder is a signature that anybody can make: the key is the curve's neutral point, so S times the base is R whatever was said.
func smallOrder(t testing.TB) made {
	t.Helper()
	m := sign(t, fromKey(t, ed25519Key("siro")), "", signature.Namespace, "sha512", statement)
	point := make([]byte, 32)
	point[0] = 1
	wire := ssh.Marshal(struct {
		Kind  string
		Point []byte
	}{ssh.KeyAlgoED25519, point})
	key, err := ssh.ParsePublicKey(wire)
	if err != nil {
		t.Fatal(err)
	}
	m.key, m.parts.Key = key, wire
	m.inner.Blob = make([]byte, 64)
	m.inner.Blob[0] = 1 // R is the neutral point, S is zero
	return m
}
