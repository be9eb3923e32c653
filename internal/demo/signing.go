package demo

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
)

// repositoryName is what the statements of every sample are made for.
const repositoryName = "example.org/sample"

// purpose is what every key of a sample is derived from, beside the seed, the organisation and the post.
const purpose = "muniment demo only: not a secret"

// Key derives the private key of a post of a sample. Whoever knows the seed can derive it, so it proves nothing outside a sample.
func Key(seed uint64, ods, post string) ed25519.PrivateKey {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d\n%s\n%s\n", purpose, seed, ods, post))
	return ed25519.NewKeyFromSeed(sum[:])
}

// signer gives the one who signs for a post.
func (h *history) signer(o *organisation, post string) (signature.Signer, error) {
	if s, ok := o.signers[post]; ok {
		return s, nil
	}
	s, err := signature.NewSigner(Key(h.Seed, o.ods, post))
	if err != nil {
		return s, err
	}
	if o.signers == nil {
		o.signers = make(map[string]signature.Signer)
	}
	o.signers[post] = s
	return s, nil
}

// signStatement writes a statement with its signature and gives its digest.
func (h *history) signStatement(o *organisation, path string, a *record.Approval) (string, error) {
	a.Statement, a.Repository = statement.Purpose, repositoryName
	a.Schemas, a.Catalogue = h.Rules.Schemas, h.Rules.Catalogue
	src, err := statement.Encode(a)
	if err != nil {
		return "", fmt.Errorf("write %s: %w", path, err)
	}
	s, err := h.signer(o, a.By)
	if err != nil {
		return "", err
	}
	sig, err := s.Sign(src)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", path, err)
	}
	h.put(path, src)
	h.put(path+record.SignatureEnding, sig)
	return digest(src), nil
}

// signApproval writes an office's decision on a workload as a statement.
func (h *history) signApproval(w *workload, a approval) error {
	out := &record.Approval{
		Subject: w.org.ods + "/" + w.slug, Office: record.Office(a.office), By: a.by, Decision: a.decision, On: a.on, Previous: w.said[a.office],
	}
	if a.decision == statement.ApprovedWithConditions {
		out.Conditions = []string{"The list of people with access is checked every quarter."}
	}
	for _, c := range a.covers {
		out.Covers = append(out.Covers, record.Covered{Path: w.at(c.name), SHA256: c.digest})
	}
	sum, err := h.signStatement(w.org, w.at(a.name()), out)
	if err != nil {
		return err
	}
	if w.said == nil {
		w.said = make(map[string]string)
	}
	w.said[a.office] = sum
	return nil
}

// signAppointments lets the registrar approve a change of the appointments. The first version needs nobody's approval.
func (h *history) signAppointments(o *organisation, text []byte) error {
	if h.Stated {
		return nil
	}
	if !o.rooted {
		o.rooted = true
		return nil
	}
	path := o.folder() + "/approvals/" + h.today.String() + "-registrar.yaml"
	sum, err := h.signStatement(o, path, &record.Approval{
		Subject: o.ods, Office: record.Registrar, By: o.holder("registrar", h.today), Decision: statement.Approved, On: h.today,
		Covers: []record.Covered{{Path: o.folder() + "/appointments.yaml", SHA256: digest(text)}}, Previous: o.said,
	})
	o.said = sum
	return err
}

// keysFrom is the first day of every key: before anything was decided.
func (h *history) keysFrom() calendar.Date { return h.start.AddDays(-2000) }
