package signature_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/pem"
	"testing"

	"golang.org/x/crypto/ssh"

	"example.org/muniment/internal/signature"
)

// FuzzVerify feeds any key, statement and signature. What counts must count for a second reader, written without regard to the
// first, and must be no other bytes than the ones that were signed.
func FuzzVerify(f *testing.F) {
	signed := map[string]bool{} // what the holders of the test keys ever signed
	for _, s := range samples(f) {
		if len(s.said) > 1000 {
			continue
		}
		f.Add(s.key, []byte(s.said), s.text)
		signed[s.said] = signed[s.said] || s.reason == ""
	}
	f.Fuzz(func(t *testing.T, keyText string, said, text []byte) {
		key, err := signature.ParseKey(keyText)
		if err != nil {
			if !key.IsZero() {
				t.Fatal("a refused key is there all the same")
			}
			return
		}
		if key.String() != keyText {
			t.Fatalf("the key reads %q and writes %q", keyText, key)
		}
		if signature.Verify(key, said, text) != nil {
			return
		}
		if !signed[string(said)] {
			t.Fatal("a signature counts for bytes that nobody signed")
		}
		if !plain(keyText, said, text) {
			t.Fatal("a signature counts that the second reader refuses")
		}
		if signer, err := signature.SignedBy(said, text); err != nil || signer != key {
			t.Fatal("a signature counts for another key")
		}
	})
}

// plain verifies as loosely as the format allows, with nothing of the program.
func plain(keyText string, said, text []byte) bool {
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(keyText))
	block, _ := pem.Decode(text)
	if err != nil || block == nil {
		return false
	}
	var p parts
	var sig ssh.Signature
	if ssh.Unmarshal(block.Bytes, &p) != nil || ssh.Unmarshal(p.Signature, &sig) != nil {
		return false
	}
	var digest []byte
	switch p.Hash {
	case "sha256":
		sum := sha256.Sum256(said)
		digest = sum[:]
	case "sha512":
		sum := sha512.Sum512(said)
		digest = sum[:]
	}
	signed := append([]byte("SSHSIG"), ssh.Marshal(struct {
		Namespace string
		Reserved  []byte
		Hash      string
		Digest    []byte
	}{signature.Namespace, p.Reserved, p.Hash, digest})...)
	return bytes.Equal(p.Key, key.Marshal()) && p.Namespace == signature.Namespace && string(p.Magic[:]) == "SSHSIG" && key.Verify(signed, &sig) == nil
}
