package load

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

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

// checkSignature refuses what is no signature at all. Whether it is one of the approval beside it is for checkSigned.
func checkSignature(path string, src []byte) []finding.Finding {
	if err := signature.CheckForm(src); err != nil {
		return one(fault(finding.Place{Path: path, Line: 1, Column: 1}, "signature-form", err.Error(), "sign the approval again, and commit the file that ssh-keygen -Y sign writes"))
	}
	return nil
}

// checkSigned compares approvals with the signatures beside them. The signatures of approvals that were refused are left aside.
func checkSigned(files []file, contents []content, o Options) []finding.Finding {
	var found []finding.Finding
	approvals := make(map[string]int)
	var pairs []pair
	refused := make(map[string]bool)
	for i, f := range files {
		if f.sort != isRecord || f.kind != record.KindApproval {
			continue
		}
		if contents[i].record == nil {
			refused[f.path] = true
			continue
		}
		approvals[f.path] = i
	}
	for i, f := range files {
		if f.sort != isSignature || finding.Errors(contents[i].findings) > 0 {
			continue
		}
		of := strings.TrimSuffix(f.path, record.SignatureEnding)
		at := finding.Place{Path: f.path}
		n, there := approvals[of]
		switch {
		case refused[of]:
		case !there:
			found = append(found, fault(at, "signature-alone", "the approval that this would be a signature of is not there", "delete it, or commit the approval beside it"))
		case contents[n].record.Value.(*record.Approval).Statement == "":
			found = append(found, fault(at, "signature-alone", "the approval beside this has no statement's form, so its signature says nothing",
				"write the approval with muniment approve and sign that"))
		default:
			pairs = append(pairs, pair{at: at, text: files[n], sig: f, src: contents[n].signed, armoured: contents[i].signed})
		}
	}
	verifyAll(pairs, o.Parallel)
	for _, p := range pairs {
		if p.err != nil {
			found = append(found, fault(p.at, "signature-wrong", p.err.Error(), "sign the approval again as it is now; if nobody changed it, find out who did"))
		} else {
			o.Cache.seal(p.text, p.sig, p.sealed)
		}
	}
	return found
}

// pair is a statement and the signature beside it.
type pair struct {
	at            finding.Place
	text, sig     file
	src, armoured []byte
	sealed        Sealed
	err           error
}

// Sealed is a statement whose signature was verified over its exact bytes.
type Sealed struct {
	Approval *record.Approval // nobody may change it
	Key      signature.Key
}

// verifyAll verifies signatures on several processors.
func verifyAll(pairs []pair, parallel int) {
	var group errgroup.Group
	group.SetLimit(parallel)
	for few := range slices.Chunk(pairs, 32) {
		group.Go(func() error {
			for i := range few {
				few[i].verify()
			}
			return nil
		})
	}
	_ = group.Wait() // each pair has its own error
}

func (p *pair) verify() {
	defer func() {
		if trouble := recover(); trouble != nil {
			p.err = fmt.Errorf("it could not be read: %v", trouble)
		}
	}()
	if p.sealed.Key, p.err = signature.SignedBy(p.src, p.armoured); p.err == nil {
		p.sealed.Approval, p.err = statement.Parse(p.src)
	}
}
