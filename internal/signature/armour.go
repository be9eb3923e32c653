package signature

import (
	"bytes"
	"encoding/base64"
)

// MaxBytes is the longest armoured signature that is looked at. An RSA signature of the longest accepted key needs a third of it.
const MaxBytes = 8 << 10

const (
	firstLine = "-----BEGIN SSH SIGNATURE-----\n"
	lastLine  = "-----END SSH SIGNATURE-----\n"
	width     = 70 // of a line of base64, as ssh-keygen writes it
)

// armour writes a signature exactly as ssh-keygen does.
func armour(raw []byte) []byte {
	text := base64.StdEncoding.EncodeToString(raw)
	out := []byte(firstLine)
	for len(text) > 0 {
		n := min(width, len(text))
		out = append(append(out, text[:n]...), '\n')
		text = text[n:]
	}
	return append(out, lastLine...)
}

// dearmour takes the armour off. There is one armour for each signature, so nothing can stand before, between or after that
// somebody sees and we don't.
func dearmour(text []byte) ([]byte, error) {
	if len(text) > MaxBytes {
		return nil, refuse(TooLarge, "the signature is longer than %d bytes", MaxBytes)
	}
	body := bytes.TrimSuffix(bytes.TrimPrefix(text, []byte(firstLine)), []byte(lastLine))
	raw, err := base64.StdEncoding.Strict().DecodeString(string(body))
	if err != nil || !bytes.Equal(armour(raw), text) {
		return nil, refuse(BadArmour, "the file is not one SSH signature and nothing else, in the lines in which ssh-keygen writes it")
	}
	return raw, nil
}
