package signature

import (
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// vectorGroup is a group of Wycheproof's signature vectors: one key and many signatures under it.
type vectorGroup struct {
	PublicKey struct {
		PK             string // Ed25519
		Uncompressed   string // ECDSA
		Modulus        string // RSA
		PublicExponent string
	}
	Tests []struct {
		TCID    int
		Comment string
		Msg     string
		Sig     string
		Result  string // valid, invalid, acceptable
	}
}

// TestWycheproof compares verdicts on Wycheproof's vectors. They are signatures of bare bytes, not of the SSHSIG format, so they
// go to the innermost step: the strict look at the signature, then the library.
func TestWycheproof(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process")
	}
	t.Parallel()
	dir := vectors(t)
	for file, kind := range map[string]string{
		"ed25519_test.json":                      ssh.KeyAlgoED25519,
		"ecdsa_secp256r1_sha256_test.json":       ssh.KeyAlgoECDSA256,
		"ecdsa_secp256r1_sha256_p1363_test.json": ssh.KeyAlgoECDSA256,
		"rsa_signature_2048_sha256_test.json":    ssh.KeyAlgoRSASHA256,
		"rsa_signature_2048_sha512_test.json":    ssh.KeyAlgoRSASHA512,
		"rsa_signature_3072_sha256_test.json":    ssh.KeyAlgoRSASHA256,
		"rsa_signature_3072_sha512_test.json":    ssh.KeyAlgoRSASHA512,
		"rsa_signature_4096_sha512_test.json":    ssh.KeyAlgoRSASHA512,
		"rsa_signature_8192_sha256_test.json":    ssh.KeyAlgoRSASHA256,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(dir, "testvectors_v1", file))
			if err != nil {
				t.Fatal(err)
			}
			var all struct{ TestGroups []vectorGroup }
			if err := json.Unmarshal(text, &all); err != nil {
				t.Fatal(err)
			}
			counted, valid := 0, 0
			for _, g := range all.TestGroups {
				key, err := ssh.ParsePublicKey(g.wire(kind))
				for _, v := range g.Tests {
					counted++
					sig, converts := convert(kind, file, unhex(t, v.Sig))
					ok := err == nil && converts && checkKey(key) == nil && checkBlob(key, sig) == nil && key.Verify(unhex(t, v.Msg), sig) == nil
					if ok {
						valid++
					}
					if ok && v.Result == "invalid" || !ok && v.Result == "valid" && !weak(g) {
						t.Errorf("vector %d (%s) is %s, ours says %v", v.TCID, v.Comment, v.Result, ok)
					}
				}
			}
			t.Logf("%d vectors, %d of them count", counted, valid)
			if valid == 0 {
				t.Error("no vector counts, so nothing was compared")
			}
		})
	}
}

// weak tells whether a key is refused before its signatures are looked at: an RSA key with a small exponent.
func weak(g vectorGroup) bool {
	e, ok := new(big.Int).SetString(g.PublicKey.PublicExponent, 16)
	return ok && e.Cmp(big.NewInt(65537)) < 0
}

func (g vectorGroup) wire(kind string) []byte {
	number := func(s string) *big.Int {
		n, _ := new(big.Int).SetString(s, 16)
		return n
	}
	raw := func(s string) []byte {
		b, _ := hex.DecodeString(s)
		return b
	}
	switch kind {
	case ssh.KeyAlgoED25519:
		return ssh.Marshal(struct {
			Kind  string
			Point []byte
		}{kind, raw(g.PublicKey.PK)})
	case ssh.KeyAlgoECDSA256:
		return ssh.Marshal(struct {
			Kind, Curve string
			Point       []byte
		}{kind, "nistp256", raw(g.PublicKey.Uncompressed)})
	}
	return ssh.Marshal(struct {
		Kind string
		E, N *big.Int
	}{ssh.KeyAlgoRSA, number(g.PublicKey.PublicExponent), number(g.PublicKey.Modulus)})
}

// convert writes a vector's signature as SSH does. It is false for ECDSA signatures that are no two numbers.
func convert(kind, file string, sig []byte) (*ssh.Signature, bool) {
	out := &ssh.Signature{Format: kind, Blob: sig}
	if kind != ssh.KeyAlgoECDSA256 {
		return out, true
	}
	var n struct{ R, S *big.Int }
	if strings.Contains(file, "p1363") {
		if len(sig) != 64 {
			return nil, false
		}
		n.R, n.S = new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
	} else if rest, err := asn1.Unmarshal(sig, &n); err != nil || len(rest) > 0 {
		return nil, false
	} else if again, err := asn1.Marshal(n); err != nil || string(again) != string(sig) {
		return nil, false
	}
	out.Blob = ssh.Marshal(n)
	return out, true
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// vectors gives the folder of the Wycheproof module in the module cache. It is asked for nothing that is not there already:
// "make test" fetches it, by vectors.mod.
func vectors(t *testing.T) string {
	t.Helper()
	list := exec.Command("go", "list", "-m", "-modfile=vectors.mod", "-f", "{{.Dir}}", "github.com/c2sp/wycheproof")
	list.Dir, list.Env = filepath.Join("..", ".."), append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod")
	out, err := list.Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Skip("Wycheproof's vectors are not in the module cache; make test fetches them")
	}
	return dir
}

// TestKindsThatNoSignatureReaches asks the innermost checks about what the library already refuses before them.
func TestKindsThatNoSignatureReaches(t *testing.T) {
	t.Parallel()
	key, err := ssh.ParsePublicKey(vectorGroup{PublicKey: struct{ PK, Uncompressed, Modulus, PublicExponent string }{
		Modulus: "d" + strings.Repeat("0", 510) + "1", PublicExponent: "010001",
	}}.wire(ssh.KeyAlgoRSA))
	if err != nil {
		t.Fatal(err)
	}
	for format, want := range map[string]Reason{ssh.KeyAlgoRSA: BadKind, ssh.KeyAlgoED25519: BadKind, ssh.KeyAlgoRSASHA256: "", ssh.KeyAlgoRSASHA512: ""} {
		err := checkBlob(key, &ssh.Signature{Format: format, Blob: make([]byte, 256)})
		if (err == nil) != (want == "") || err != nil && reasonOf(err) != want {
			t.Errorf("%s is refused with %v, want %q", format, err, want)
		}
	}
}

func TestPanicIsARefusal(t *testing.T) {
	t.Parallel()
	err := func() (err error) {
		defer guard(&err)
		panic("lost")
	}()
	if err == nil || reasonOf(err) != Broken {
		t.Errorf("a panic becomes %v", err)
	}
}
