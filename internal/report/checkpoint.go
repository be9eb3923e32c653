package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"example.org/muniment/internal/calendar"
)

// Checkpoint is what a published portal has said of the past, in little space: enough to tell whether a later one says
// something else of the same days. It is published as api/v1/checkpoint.json.
type Checkpoint struct {
	Origin
	Records   int        `json:"records"`   // files where records belong, refused ones included
	Workloads []Kept     `json:"workloads"` // by id
	Overrides []Override `json:"overrides"` // oldest first
}

// Kept is the past of a workload: its status on every day from the first to the one judged.
type Kept struct {
	ID       string    `json:"id"`
	Formerly []string  `json:"formerly,omitempty"`
	States   []Stretch `json:"states"` // oldest first; the first begins on the day on which it was first recorded
}

// Stretch is a status from a day on. The state is empty while there was no record.
type Stretch struct {
	From  calendar.Date `json:"from"`
	State string        `json:"state"`
}

// Override is the mark of a portal that was published although something spoke against it.
type Override struct {
	On     calendar.Date `json:"on"`     // the day judged
	Commit string        `json:"commit"` // that the portal was made from
	Reason string        `json:"reason"` // as given by whoever published it
	Said   []string      `json:"said"`   // what spoke against it, or the first of it
	More   int           `json:"more,omitempty"`
}

// NewCheckpoint makes the checkpoint of what lists say.
func NewCheckpoint(o Origin, l *Lists) *Checkpoint {
	c := &Checkpoint{Origin: o, Records: l.Records, Workloads: make([]Kept, len(l.Workloads)), Overrides: orEmpty(l.Overrides)}
	at := make(map[string]int, len(l.Workloads))
	for i := range l.Workloads {
		w := &l.Workloads[i]
		at[w.ID] = i
		c.Workloads[i] = Kept{ID: w.ID, Formerly: w.Formerly, States: []Stretch{}}
	}
	for i := len(l.Changes) - 1; i >= 0; i-- { // they are newest first
		change := &l.Changes[i]
		if k, ok := at[change.Subject.ID]; ok && change.Subject.Kind == "workload" {
			c.Workloads[k].States = append(c.Workloads[k].States, Stretch{change.On, change.To})
		}
	}
	return c
}

// ReadCheckpoint reads a checkpoint that was published.
func ReadCheckpoint(r io.Reader) (*Checkpoint, error) {
	c := new(Checkpoint)
	if err := json.NewDecoder(r).Decode(c); err != nil {
		return nil, fmt.Errorf("it is no checkpoint: %w", err)
	}
	if c.Version != Version {
		return nil, fmt.Errorf("it is no checkpoint of version %s", Version)
	}
	if c.AsOf.IsZero() {
		return nil, errors.New("it does not say which day was judged")
	}
	return c, nil
}
