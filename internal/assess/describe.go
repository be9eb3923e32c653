package assess

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// Describe writes everything about a subject that can be seen of it, its inherited verdicts and what exceptions set aside left out:
// it is for subjects that others rest on. Two that are described alike are alike, for whoever is judged by them. Known holds what
// was written of verdicts before.
func (s *Subject) Describe(w io.Writer, known map[*Verdict]string) {
	if s == nil {
		fmt.Fprintln(w, "none")
		return
	}
	fmt.Fprintf(w, "%q %q %q %q %q %d\n", s.Kind, s.ID, s.Name, s.LeftOut, s.Status.State, len(s.Verdicts))
	for _, v := range s.Verdicts {
		text, ok := known[v]
		if !ok {
			// As Go would write them, so that no text can be taken for the end of another. Nothing in them points elsewhere: an
			// address would say the same of two things in two runs.
			text = fmt.Sprintf("%q %#v %t", v.Obligation.ID, v.Outcome, v.Excepted != nil)
			for _, said := range v.told {
				text += fmt.Sprintf(" %#v", said)
			}
			sum := sha256.Sum256([]byte(text))
			text = string(sum[:])
			if known != nil {
				known[v] = text
			}
		}
		fmt.Fprintf(w, "%x\n", text)
	}
}

// Digest is a digest of what Describe writes.
func (s *Subject) Digest() string {
	h := sha256.New()
	s.Describe(h, nil)
	return hex.EncodeToString(h.Sum(nil))
}
