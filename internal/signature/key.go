package signature

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"

	"filippo.io/edwards25519"
	"golang.org/x/crypto/ssh"
)

// Limits of RSA keys, in bits. Shorter ones don't protect; longer ones cost time and give nothing.
const (
	MinRSABits = 2048
	MaxRSABits = 8192
)

// Key is a public key of an accepted kind and strength. Two keys are the same when they are equal; the zero Key is none.
type Key struct{ wire string }

// Kinds lists the kinds of key that are accepted, as they are written: the first word of a public key. ECDSA with P-384 and
// P-521 is not among them: no token or agent needs it where P-256 would not do, and each kind more is one more to get right.
func Kinds() []string {
	return []string{ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoRSA, ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256}
}

// ParseKey reads a public key as ssh-keygen writes it, "ssh-ed25519 AAAA…", without the comment: a comment often names a
// person and a machine. Each key has one form. Everything else is a *Refusal.
func ParseKey(text string) (key Key, err error) {
	defer guard(&err)
	if len(text) > MaxBytes {
		return Key{}, refuse(TooLarge, "the key is longer than %d bytes", MaxBytes)
	}
	kind, body, _ := strings.Cut(text, " ")
	if strings.Contains(body, " ") {
		return Key{}, refuse(BadEncoding, "something follows the key; leave out the comment, which may name a person")
	}
	wire, err := base64.StdEncoding.Strict().DecodeString(body)
	if err != nil || len(body) == 0 || strings.ContainsAny(body, "\r\n") {
		return Key{}, refuse(BadEncoding, "this is not a public key as ssh-keygen writes it: a word, a space and one line of base64")
	}
	pub, err := ssh.ParsePublicKey(wire)
	if err != nil {
		return Key{}, refuse(BadEncoding, "the key cannot be read: it is damaged, or of a kind that is not known")
	}
	if !bytes.Equal(pub.Marshal(), wire) || pub.Type() != kind {
		return Key{}, refuse(BadEncoding, "the key holds bytes that ssh-keygen does not write, or says that it is of another kind than it is")
	}
	if err := checkKey(pub); err != nil {
		return Key{}, err
	}
	return Key{wire: string(wire)}, nil
}

// String gives the key as ParseKey reads it.
func (k Key) String() string {
	pub := k.public()
	if pub == nil {
		return ""
	}
	return pub.Type() + " " + base64.StdEncoding.EncodeToString([]byte(k.wire))
}

// Kind gives the first word of the key.
func (k Key) Kind() string {
	kind, _, _ := strings.Cut(k.String(), " ")
	return kind
}

// Fingerprint gives the key's fingerprint as "ssh-keygen -l" shows it, "SHA256:…"; empty for no key.
func (k Key) Fingerprint() string {
	pub := k.public()
	if pub == nil {
		return ""
	}
	return ssh.FingerprintSHA256(pub)
}

// IsZero tells whether there is no key.
func (k Key) IsZero() bool { return k.wire == "" }

func (k Key) public() ssh.PublicKey {
	pub, err := ssh.ParsePublicKey([]byte(k.wire))
	if err != nil {
		return nil
	}
	return pub
}

// sound remembers keys that were found good: a few people sign most statements. It holds nothing but what checkKey would say again.
var sound struct {
	mu   sync.Mutex
	keys map[string]bool // by their bytes
}

// mostSound is how many keys are remembered, so that no repository can fill the memory.
const mostSound = 4096

// checkKey refuses kinds that are not accepted and keys that don't protect.
func checkKey(pub ssh.PublicKey) error {
	wire := string(pub.Marshal())
	sound.mu.Lock()
	known := sound.keys[wire]
	sound.mu.Unlock()
	if known {
		return nil
	}
	if err := examine(pub); err != nil {
		return err
	}
	sound.mu.Lock()
	defer sound.mu.Unlock()
	if sound.keys == nil || len(sound.keys) >= mostSound {
		sound.keys = make(map[string]bool)
	}
	sound.keys[wire] = true
	return nil
}

func examine(pub ssh.PublicKey) error {
	switch pub.Type() {
	case ssh.KeyAlgoECDSA256: // the library has checked that the point is on the curve
		return nil
	case ssh.KeyAlgoED25519:
		wire := pub.Marshal()
		return checkEd25519(wire[len(wire)-32:]) // the library has checked the length
	case ssh.KeyAlgoRSA:
		return checkRSA(pub)
	case ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		return checkToken(pub)
	}
	return refuse(BadKind, "keys of this kind are not accepted; accepted are Ed25519, ECDSA with P-256, RSA of %d to %d bits, and both kinds on a security token",
		MinRSABits, MaxRSABits)
}

func cryptoKey(pub ssh.PublicKey) any {
	if c, ok := pub.(ssh.CryptoPublicKey); ok {
		return c.CryptoPublicKey()
	}
	return nil
}

// checkEd25519 refuses points of small order, under which one signature serves many texts, and points written in a second way.
func checkEd25519(point []byte) error {
	p, err := new(edwards25519.Point).SetBytes(point)
	if err != nil || !bytes.Equal(p.Bytes(), point) {
		return refuse(WeakKey, "the key is not a point of its curve, or not written as one")
	}
	if new(edwards25519.Point).MultByCofactor(p).Equal(edwards25519.NewIdentityPoint()) == 1 {
		return refuse(WeakKey, "the key is one of a few under which anybody can sign")
	}
	return nil
}

func checkRSA(pub ssh.PublicKey) error {
	key, ok := cryptoKey(pub).(*rsa.PublicKey)
	switch {
	case !ok:
		return refuse(BadKind, "this is not an RSA key")
	case key.N.BitLen() < MinRSABits || key.N.BitLen() > MaxRSABits:
		return refuse(WeakKey, "RSA keys of fewer than %d or more than %d bits are not accepted", MinRSABits, MaxRSABits)
	case key.E < 65537 || key.N.Bit(0) == 0:
		return refuse(WeakKey, "the numbers of this RSA key are not ones that ssh-keygen makes")
	}
	return nil
}

// tokenKey is what the public halves of keys on security tokens hold beside the key itself.
type tokenKey struct {
	Kind        string
	Curve       string // of ECDSA only
	Point       []byte
	Application string
}

func parseToken(pub ssh.PublicKey) (tokenKey, error) {
	if pub.Type() == ssh.KeyAlgoSKECDSA256 {
		var k tokenKey
		err := ssh.Unmarshal(pub.Marshal(), &k)
		return k, err
	}
	var k struct {
		Kind        string
		Point       []byte
		Application string
	}
	err := ssh.Unmarshal(pub.Marshal(), &k)
	return tokenKey{Kind: k.Kind, Point: k.Point, Application: k.Application}, err
}

// checkToken lets only keys through that were made for SSH: another application's token would sign what that application
// asks for.
func checkToken(pub ssh.PublicKey) error {
	k, err := parseToken(pub)
	if err != nil {
		return refuse(BadEncoding, "the key of the security token cannot be read")
	}
	if !strings.HasPrefix(k.Application, "ssh:") {
		return refuse(BadKind, "the key of the security token was made for something other than SSH")
	}
	if pub.Type() == ssh.KeyAlgoSKED25519 {
		return checkEd25519(k.Point)
	}
	return nil
}

// checkBlob refuses, in the innermost part of a signature, everything that ssh-keygen does not write.
func checkBlob(pub ssh.PublicKey, sig *ssh.Signature) error {
	kind, token := pub.Type(), false
	switch kind {
	case ssh.KeyAlgoRSA:
		if sig.Format != ssh.KeyAlgoRSASHA256 && sig.Format != ssh.KeyAlgoRSASHA512 {
			return refuse(BadKind, "the RSA signature uses a digest other than SHA-256 and SHA-512")
		}
	case ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256:
		token = true
		fallthrough
	default:
		if sig.Format != kind {
			return refuse(BadKind, "the signature is of another kind than its key")
		}
	}
	if err := checkRest(token, sig.Rest); err != nil {
		return err
	}
	sound := false
	switch kind {
	case ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519:
		sound = len(sig.Blob) == 64
	case ssh.KeyAlgoRSA:
		key, ok := cryptoKey(pub).(*rsa.PublicKey)
		sound = ok && len(sig.Blob) == key.Size()
	case ssh.KeyAlgoECDSA256, ssh.KeyAlgoSKECDSA256:
		var n struct{ R, S *big.Int }
		sound = ssh.Unmarshal(sig.Blob, &n) == nil && bytes.Equal(ssh.Marshal(n), sig.Blob) && n.R.Sign() > 0 && n.S.Sign() > 0
	}
	if !sound {
		return refuse(BadEncoding, "the innermost part of the signature has an odd length or is written in an odd way")
	}
	return nil
}

// checkRest looks at what follows the signature itself: nothing, or, from a security token, one byte of flags and a counter.
func checkRest(token bool, rest []byte) error {
	const present, verified = 1, 4 // a touch; a PIN or fingerprint
	switch {
	case !token && len(rest) > 0, token && len(rest) != 5:
		return refuse(BadEncoding, "the signature has more or fewer bytes at its end than its kind has")
	case !token:
		return nil
	case rest[0]&present == 0:
		return refuse(NoPresence, "the security token signed without a touch, so nobody need have been there")
	case rest[0]&^(present|verified) != 0:
		return refuse(BadEncoding, "the security token sent flags that have no meaning here")
	}
	return nil
}
