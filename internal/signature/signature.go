// Package signature is the door to SSH signatures: detached ones (SSHSIG), as "ssh-keygen -Y sign" and agents make them, in
// this program's own namespace.
//
// A signature counts only when everything about it is as expected: the armour is the one that ssh-keygen writes, the bytes
// inside are the ones that a writer of the format would write, the namespace is ours, the key is the one that was asked
// about and of an accepted kind and strength, and a key on a security token was touched. Whatever is not understood is a
// [Refusal] with its reason: an unknown type, a version to come, a length that is odd, a library that loses its way.
//
//	key, err := signature.ParseKey("ssh-ed25519 AAAA…")
//	err = signature.Verify(key, statement, armoured) // nil, or a *Refusal
//
// Nothing here asks for the time, a file or a process. When a key counted is for the caller to say.
package signature

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hiddeco/sshsig"
)

// Namespace is what every signature here is made for. A signature for anything else, a git commit for example, is refused,
// so none can be used again for what its maker did not mean.
const Namespace = "muniment-approval@example.org"

// Reason says in one word why a key or a signature was refused.
type Reason string

// The reasons.
const (
	BadArmour    Reason = "armour"       // not the text that ssh-keygen writes, or not that alone
	BadEncoding  Reason = "encoding"     // bytes that a writer of the format would not write
	BadVersion   Reason = "version"      // another version of the format
	BadNamespace Reason = "namespace"    // made for something else
	BadHash      Reason = "hash"         // a digest other than SHA-256 and SHA-512
	BadKind      Reason = "kind"         // a kind of key or signature that is not accepted
	WeakKey      Reason = "weak-key"     // a key of an accepted kind that does not protect
	OtherKey     Reason = "other-key"    // made by another key than the one asked about
	NoPresence   Reason = "no-presence"  // nobody touched the security token
	NotVerified  Reason = "not-verified" // the signature is not of these bytes by this key
	TooLarge     Reason = "too-large"    // beyond a limit
	Broken       Reason = "broken"       // reading it made a library stop
)

// Refusal is the error that every function here returns for a key or signature that does not count.
type Refusal struct {
	Reason Reason
	Text   string // a sentence for people; it holds nothing of the key, the signature or the statement
}

func (r *Refusal) Error() string { return r.Text }

func refuse(reason Reason, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Text: fmt.Sprintf(format, args...)}
}

// guard turns a panic of a library into a refusal: what could not be read was not verified.
func guard(err *error) {
	if cause := recover(); cause != nil {
		*err = refuse(Broken, "reading the signature failed: %v", cause)
	}
}

// Verify tells whether a signature is of exactly these bytes, in our namespace, by this key. It is nil only when all of that
// is so; otherwise it is a *Refusal.
func Verify(key Key, statement, armoured []byte) (err error) {
	defer guard(&err)
	sig, err := read(armoured)
	if err != nil {
		return err
	}
	if string(sig.PublicKey.Marshal()) != key.wire {
		return refuse(OtherKey, "the signature was made by another key than the one expected")
	}
	return verify(sig, statement)
}

// SignedBy gives the key whose signature of exactly these bytes, in our namespace, this is. Whose key that is, and whether it
// counts, is for the caller to find out. The error is a *Refusal.
func SignedBy(statement, armoured []byte) (key Key, err error) {
	defer guard(&err)
	sig, err := read(armoured)
	if err != nil {
		return Key{}, err
	}
	if err := verify(sig, statement); err != nil {
		return Key{}, err
	}
	return Key{wire: string(sig.PublicKey.Marshal())}, nil
}

func verify(sig *sshsig.Signature, statement []byte) error {
	if err := sshsig.Verify(bytes.NewReader(statement), sig, sig.PublicKey, sig.HashAlgorithm, Namespace); err != nil {
		return refuse(NotVerified, "the signature is not one of these bytes by this key")
	}
	return nil
}

// read takes a signature apart and refuses everything about it that can be seen without the signed bytes.
func read(armoured []byte) (*sshsig.Signature, error) {
	raw, err := dearmour(armoured)
	if err != nil {
		return nil, err
	}
	sig, err := sshsig.ParseSignature(raw)
	switch {
	case errors.Is(err, sshsig.ErrUnsupportedSignatureVersion):
		return nil, refuse(BadVersion, "the signature has a version of the format that is not known")
	case errors.Is(err, sshsig.ErrUnsupportedHashAlgorithm):
		return nil, refuse(BadHash, "the signature uses a digest other than SHA-256 and SHA-512")
	case err != nil:
		return nil, refuse(BadEncoding, "the signature cannot be read: it is damaged, or of a kind that is not accepted")
	}
	// The library drops a reserved field and forgives numbers with leading zeros. What it would write differs then.
	if !bytes.Equal(sig.Marshal(), raw) {
		return nil, refuse(BadEncoding, "the signature holds bytes that a writer of this format does not write")
	}
	if sig.Namespace != Namespace {
		return nil, refuse(BadNamespace, "the signature was made for something else: its namespace is not %s", Namespace)
	}
	if err := checkKey(sig.PublicKey); err != nil {
		return nil, err
	}
	return sig, checkBlob(sig.PublicKey, sig.Signature)
}

// CheckForm tells whether text is a signature that could count, without the bytes that it is of. The error is a *Refusal.
func CheckForm(armoured []byte) (err error) {
	defer guard(&err)
	_, err = read(armoured)
	return err
}
