package approval

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/statement"
)

// Capture is what a review in favour, which stands on its forge, is turned into an approval with.
type Capture struct {
	Witnessed record.Witnessed // the review
	Office    record.Office    // for which the reviewer decided
	People    *record.Appointments
	Day       func(time.Time) calendar.Date
	// Digest gives the SHA-256 of a file at the reviewed commit; false when it is not there.
	Digest func(path string) (string, bool)
	// Statement holds everything that does not come from the review: repository, subject, covered files with the digests of what is
	// to be approved, rules, previous.
	Statement record.Approval
}

// Reviewer finds the one person whose account reviewed; false when it is nobody's in the appointments, or more than one's.
func Reviewer(people *record.Appointments, w record.Witnessed) (string, bool) {
	id := accountOf(Version{Appointments: people}, &w)
	return id, id != ""
}

// Witnessing makes a review into the statement that the repository's machine signs for. Its commit must hold exactly the covered
// bytes, and its account be that of a holder of the office on the day of the review. The error is a sentence for people.
func (c Capture) Witnessing() (*record.Approval, error) {
	at, err := time.Parse(time.RFC3339, c.Witnessed.At)
	if err != nil {
		return nil, errors.New("the forge does not say when the review was made")
	}
	a, w := c.Statement, c.Witnessed
	w.Forge = strings.ToLower(w.Forge)
	a.Statement, a.Office, a.On = statement.Purpose, c.Office, c.Day(at)
	a.Decision, a.Conditions, a.To, a.Witnessed = statement.Approved, nil, calendar.Date{}, &w
	by, known := Reviewer(c.People, w)
	if !known {
		return nil, fmt.Errorf("the account %s on %s is nobody's in the appointments, or more than one person's", w.Login, w.Forge)
	}
	if a.By = by; !Held(c.People, c.Office, a.By, a.On) {
		return nil, fmt.Errorf("the owner of the account, %s, did not hold the office of %s on %s", a.By, c.Office.Title(), a.On.Long())
	}
	if len(a.Covers) == 0 {
		return nil, errors.New("there is nothing that the review could be about")
	}
	for _, f := range a.Covers {
		if sum, ok := c.Digest(f.Path); !ok || sum != f.SHA256 {
			return nil, fmt.Errorf("commit %.10s, which %s reviewed, does not hold %s with these bytes", w.Commit, w.Login, f.Path)
		}
	}
	return &a, nil
}

// Next judges a statement as it will stand when it enters the record with the next commit, made under the rules that are in force
// now and about files as they are now. Whoever writes a statement asks this first.
func (c Case) Next(e Entered, day calendar.Date) Judgement {
	next := Commit{Position: c.Position + 1}
	e.Commit, e.Removed = next, nil
	if a := e.Approval; a != nil {
		e.Rules = []statement.Rules{{Schemas: a.Schemas, Catalogue: a.Catalogue}}
		c.Files = make(map[string][]Change, len(a.Covers))
		for _, f := range a.Covers {
			c.Files[f.Path] = []Change{{Commit: next, SHA256: f.SHA256}}
		}
	}
	c.Statements, c.Position, c.AsOf, c.Rules = append(slices.Clone(c.Statements), e), next.Position, day, nil
	return Weigh(c).Statements[len(c.Statements)-1]
}
