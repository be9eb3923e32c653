package load

import (
	"errors"
	"fmt"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
)

// checkStatement refuses an approval that says it is a statement and is not written as one: what people read, what the
// register reads and what is signed would not be the same.
func checkStatement(r *record.Record, src []byte) (finding.Finding, bool) {
	facts, ok := r.Value.(*record.Approval)
	if !ok || facts.Statement == "" {
		return finding.Finding{}, false
	}
	_, err := statement.Parse(src)
	if err == nil {
		return finding.Finding{}, false
	}
	at := finding.Place{Path: r.Path, Line: 1, Column: 1}
	message := err.Error()
	var form *statement.Fault
	if errors.As(err, &form) {
		message = form.Text
		if form.Line > 0 {
			at.Line = form.Line
		} else if n := r.Tree().Get("statement"); n != nil {
			at.Line, at.Column = n.Line, n.Column
		}
	}
	return fault(at, "statement-form", "this is not a statement as it would be written to be signed: "+message,
		"write it with muniment approve, in the form of docs/approval-format.md; or delete the field statement, and it is stated only"), true
}

// checkSignature refuses what is no signature at all. Whether it is one of the approval beside it is for compareSigned.
func checkSignature(path string, src []byte) []finding.Finding {
	if err := signature.CheckForm(src); err != nil {
		return one(fault(finding.Place{Path: path, Line: 1, Column: 1}, "signature-form", err.Error(), "sign the approval again, and commit the file that ssh-keygen -Y sign writes"))
	}
	return nil
}

// compareSigned compares a signature, unless it is none, with the approval beside it, if that is there, and takes note of one that holds.
func (o *Options) compareSigned(f file, signed content, text file, of content, there bool) []finding.Finding {
	at := finding.Place{Path: f.path}
	switch {
	case finding.Errors(signed.findings) > 0:
		return nil
	case !there:
		return one(fault(at, "signature-alone", "the approval that this would be a signature of is not there", "delete it, or commit the approval beside it"))
	case of.record.Value.(*record.Approval).Statement == "":
		return one(fault(at, "signature-alone", "the approval beside this has no statement's form, so its signature says nothing",
			"write the approval with muniment approve and sign that"))
	}
	key, err := verify(of.signed, signed.signed)
	if err != nil {
		return one(fault(at, "signature-wrong", err.Error(), "sign the approval again as it is now; if nobody changed it, find out who did"))
	}
	o.Memory.sign(text.blob, f.blob, key)
	if o.Cache != nil {
		if a, err := statement.Parse(of.signed); err == nil { // else it would have been refused
			o.Cache.seal(text, f, Sealed{a, key})
		}
	}
	return nil
}

// Sealed is a statement whose signature was verified over its exact bytes.
type Sealed struct {
	Approval *record.Approval // nobody may change it
	Key      signature.Key
}

// verify verifies a signature over the bytes of a statement.
func verify(text, armoured []byte) (key signature.Key, err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("it could not be read: %v", trouble)
		}
	}()
	return signature.SignedBy(text, armoured)
}
