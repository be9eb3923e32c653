package signature

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Signer makes signatures with one key.
type Signer struct {
	signer ssh.Signer
	key    Key
}

// NewSigner makes a signer from an Ed25519 key in memory. It signs the same bytes with the same signature every time.
func NewSigner(private ed25519.PrivateKey) (Signer, error) {
	if len(private) != ed25519.PrivateKeySize {
		return Signer{}, errors.New("make a signer: the Ed25519 key has an odd length")
	}
	s, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return Signer{}, fmt.Errorf("make a signer: %w", err)
	}
	return withKey(s)
}

// ReadSigner makes a signer from a private key file of ssh-keygen that no passphrase protects, such as a witness has. Keys of
// people belong in an agent or on a token.
func ReadSigner(file []byte) (Signer, error) {
	s, err := ssh.ParsePrivateKey(file)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		return Signer{}, errors.New("read private key: a passphrase protects it; add it to an agent and sign through that")
	}
	if err != nil {
		return Signer{}, errors.New("read private key: this is not a private key file of ssh-keygen") // the library's words could repeat the file's
	}
	return withKey(s)
}

// AgentSigner makes a signer that asks an SSH agent, over a connection to it. The agent holds the private key, or reaches the
// token that does.
func AgentSigner(connection io.ReadWriter, key Key) (Signer, error) {
	signers, err := client(connection).Signers()
	if err != nil {
		return Signer{}, fmt.Errorf("ask the agent for its keys: %w", err)
	}
	for _, s := range signers {
		if string(s.PublicKey().Marshal()) == key.wire {
			return Signer{signer: s, key: key}, nil
		}
	}
	return Signer{}, fmt.Errorf("the agent does not hold the key %s; add it with ssh-add", key.Fingerprint())
}

// client hides that a connection can be closed: the library would begin to read from it on its own, and two clients of one
// connection would take each other's answers.
func client(connection io.ReadWriter) agent.ExtendedAgent {
	return agent.NewClient(struct{ io.ReadWriter }{connection})
}

// AgentKeys lists the keys that an agent holds and that are accepted here.
func AgentKeys(connection io.ReadWriter) ([]Key, error) {
	list, err := client(connection).List()
	if err != nil {
		return nil, fmt.Errorf("ask the agent for its keys: %w", err)
	}
	var keys []Key
	for _, k := range list {
		if pub, err := ssh.ParsePublicKey(k.Blob); err == nil && checkKey(pub) == nil {
			keys = append(keys, Key{wire: string(k.Blob)})
		}
	}
	return keys, nil
}

func withKey(s ssh.Signer) (Signer, error) {
	if err := checkKey(s.PublicKey()); err != nil {
		return Signer{}, err
	}
	return Signer{signer: s, key: Key{wire: string(s.PublicKey().Marshal())}}, nil
}

// Key gives the public half of the key.
func (s Signer) Key() Key { return s.key }

// Sign gives the armoured signature of a statement, exactly as "ssh-keygen -Y sign -n NAMESPACE" writes it. What an agent
// returns is verified before anybody gets it.
func (s Signer) Sign(statement []byte) ([]byte, error) {
	if s.signer == nil {
		return nil, errors.New("sign: there is no key")
	}
	sig, err := sshsig.Sign(bytes.NewReader(statement), s.signer, sshsig.HashSHA512, Namespace)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	text := armour(sig.Marshal())
	if err := Verify(s.key, statement, text); err != nil {
		return nil, fmt.Errorf("sign: the signature that came back does not count: %w", err)
	}
	return text, nil
}
