package approval

import (
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
)

// Commit is a commit of the mainline. Its position decides, counted from the first commit; its day is only shown, because
// whoever makes a commit chooses its date.
type Commit struct {
	Position int
	ID       string
	Day      calendar.Date
}

// Author is somebody who wrote a change: an e-mail address as git has it, or an account on a forge. It is only ever used to
// deny: nobody gains by claiming another's name.
type Author struct {
	Email string
	Forge string
	Login string
}

// Change is one change of a file on the mainline.
type Change struct {
	Commit
	SHA256 string // of the bytes that it brought; empty when it removed the file
	// Authors wrote this file's change: of a merge, those of the merged commits that touch the file. Empty means unknown.
	Authors []Author
}

// Seal is what is known about the signature of a statement. The zero Seal is none: the approval is stated.
type Seal struct {
	Key   signature.Key // the key whose signature over the exact bytes was verified
	Fault string        // why the signature that lies there does not count; empty when it does or there is none
}

// Open reads a statement and verifies the signature beside it; sig is nil when there is none. The approval is nil when the
// record does not have a statement's form, which is a fault only when somebody signed it. What such a record says is then for
// the register to tell.
func Open(src, sig []byte) (*record.Approval, Seal) {
	a, err := statement.Parse(src)
	switch {
	case sig == nil:
		return a, Seal{}
	case err != nil:
		return nil, Seal{Fault: noStatement(err)}
	}
	key, err := signature.SignedBy(src, sig)
	if err != nil {
		return a, Seal{Fault: err.Error()}
	}
	return a, Seal{Key: key}
}

// OpenSigned is [Open] for a statement whose signature by a key was verified over these bytes before.
func OpenSigned(src []byte, by signature.Key) (*record.Approval, Seal) {
	a, err := statement.Parse(src)
	if err != nil {
		return nil, Seal{Fault: noStatement(err)}
	}
	return a, Seal{Key: by}
}

func noStatement(err error) string {
	return "the record does not have the form of a statement: " + err.Error()
}

// Entered is an approval as it entered the record: one for each path, bytes and signature that the mainline ever held.
type Entered struct {
	Path     string           // of the approval's record
	Digest   string           // SHA-256 of the record's bytes
	Approval *record.Approval // as it says; nil when it cannot be read
	Seal     Seal
	// Commit is the first of the mainline that held these bytes with this signature, or, of one that is only stated, the
	// first that held these bytes.
	Commit
	// Removed is the commit that took it away or changed it; nil when none did. What said no is heard all the same.
	Removed *Commit
	// Rules are those that a statement could be made under when it entered. Empty means that nobody can tell.
	Rules []statement.Rules
}

// subjectOf gives the subject that an approval's place belongs to: a workload, or an organisation.
func subjectOf(path string) string {
	parts := strings.Split(path, "/")
	switch {
	case len(parts) == 7 && parts[0] == record.Root && parts[1] == "organisations" && parts[3] == "workloads" && parts[5] == "approvals":
		return parts[2] + "/" + parts[4]
	case len(parts) == 5 && parts[0] == record.Root && parts[1] == "organisations" && parts[3] == "approvals":
		return parts[2]
	}
	return ""
}

// Version is one version of a file that says who may sign, in force from its position on: of an organisation's appointments,
// or of the policy with the witness keys.
type Version struct {
	Commit
	Digest       string               // SHA-256 of the file's bytes
	Appointments *record.Appointments // nil when the file could not be read or was gone: nobody holds anything
	Witnesses    []record.SigningKey
}

func (v Version) people() []record.Person {
	if v.Appointments == nil {
		return nil
	}
	return v.Appointments.People
}

func (v Version) spells() []record.Appointment {
	if v.Appointments == nil {
		return nil
	}
	return v.Appointments.Appointments
}

// confirmed gives the day of the last confirmation; none when there was none.
func (v Version) confirmed() calendar.Date {
	if v.Appointments == nil || v.Appointments.Confirmed == nil {
		return calendar.Date{}
	}
	return v.Appointments.Confirmed.On
}

// upTo gives the versions that were in force up to a position, oldest first.
func upTo(versions []Version, position int) []Version {
	n := 0
	for n < len(versions) && versions[n].Position <= position {
		n++
	}
	return versions[:n]
}
