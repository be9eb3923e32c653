package obligation

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/schema"
)

// Catalogue is every obligation, checked.
type Catalogue struct {
	Obligations []*Obligation        // by document in the order OFF, INN, NWS, VIS, DIA, then by id
	Documents   map[string]*Document // by short name
	byID        map[string]*Obligation
}

// Document is a source of duties.
type Document struct {
	Title  string       `json:"title"`
	Nature string       `json:"nature"` // guidance, news or opinion
	Dates  []DocumentOn `json:"dates"`
	URL    string       `json:"url,omitzero"`
}

// DocumentOn is a day printed on a document. Sources that give two are shown with both.
type DocumentOn struct {
	Label string        `json:"label"`
	On    calendar.Date `json:"on"`
}

// documentOrder is how the catalogue reads: guidance first, then news, then opinion.
var documentOrder = []string{"OFF", "INN", "NWS", "VIS", "DIA"}

// Load reads the catalogue from the folder "obligations" of the schemas.
func Load(fsys fs.FS) (*Catalogue, error) {
	var rows struct {
		Obligations map[string]*Obligation `json:"obligations"`
		Sources     map[string]*Document   `json:"sources"`
	}
	if err := schema.LoadData(fsys, "obligations", &rows); err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	list := make([]*Obligation, 0, len(rows.Obligations))
	for _, id := range slices.Sorted(maps.Keys(rows.Obligations)) {
		list = append(list, rows.Obligations[id])
	}
	return New(list, rows.Sources)
}

// New checks obligations and puts them in order: ids are unique, every kind has its parameters, aliases lead to a duty for
// the same kind of subject, constraints compile, and every name of a condition or check is known. It reports all that is
// wrong at once.
func New(obligations []*Obligation, documents map[string]*Document) (*Catalogue, error) {
	c := &Catalogue{Obligations: slices.Clone(obligations), Documents: documents, byID: make(map[string]*Obligation)}
	slices.SortFunc(c.Obligations, func(a, b *Obligation) int {
		return cmp.Or(
			cmp.Compare(slices.Index(documentOrder, a.Source.Document), slices.Index(documentOrder, b.Source.Document)),
			cmp.Compare(a.ID, b.ID))
	})
	var problems []error
	for _, o := range c.Obligations {
		if c.byID[o.ID] != nil {
			problems = append(problems, fmt.Errorf("catalogue: %s is there twice", o.ID))
		}
		c.byID[o.ID] = o
	}
	for _, o := range c.Obligations {
		for _, err := range c.prepare(o) {
			problems = append(problems, fmt.Errorf("catalogue: %s: %w", o.ID, err))
		}
	}
	return c, errors.Join(problems...)
}

// Get returns an obligation by its id, or nil.
func (c *Catalogue) Get(id string) *Obligation { return c.byID[id] }

// prepare compiles what an obligation holds as text and says what is wrong with it.
func (c *Catalogue) prepare(o *Obligation) (problems []error) {
	say := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !slices.Contains(documentOrder, o.Source.Document) {
		say("unknown document %q", o.Source.Document)
	}
	for _, name := range slices.Concat(o.When, o.Unless) {
		if !knownCondition(o.Subject, name) {
			say("there is no condition %q for a %s", name, o.Subject)
		}
	}
	for _, s := range []State{o.Missing, o.MissingLive, o.Partial, o.Lapsed} {
		if s != "" && (!slices.Contains(States, s) || s == Met || s == NotApplicable) {
			say("%q is no state for a duty that is not met", s)
		}
	}
	for _, id := range o.ContestedWith {
		if c.byID[id] == nil {
			say("is contested with %s, which does not exist", id)
		}
	}
	if o.AliasOf != "" {
		o.target = c.byID[o.AliasOf]
		switch {
		case o.target == nil:
			say("is an alias of %s, which does not exist", o.AliasOf)
		case o.target.AliasOf != "":
			say("is an alias of %s, which is an alias itself", o.AliasOf)
		case o.target.Subject != o.Subject:
			say("is an alias of %s, which is judged for a %s", o.AliasOf, o.target.Subject)
		}
		return problems
	}
	if o.Missing == "" {
		say("does not say what state it has when the evidence is missing")
	}
	if !o.hasParameters() {
		say("kind %q has no parameters, or parameters of another kind", o.Kind)
		return problems
	}
	problems = append(problems, o.compile()...)
	if len(problems) > 0 {
		return problems
	}
	return o.gather()
}

// hasParameters tells whether the group of the obligation's kind is there, and no other.
func (o *Obligation) hasParameters() bool {
	groups := map[Kind]bool{
		KindRecord: o.Record != nil, KindApproval: o.Approval != nil, KindReview: o.Review != nil, KindCertificate: o.Certificate != nil,
		KindLocation: o.Location != nil, KindLimit: o.Limit != nil, KindAnswers: o.Answers != nil, KindDeclaration: o.Declaration != nil,
		KindNotice: o.Notice != nil, KindSeparation: o.Separation != nil, KindFreshness: o.Freshness != nil,
	}
	count := 0
	for _, there := range groups {
		if there {
			count++
		}
	}
	return groups[o.Kind] && count == 1
}

func (o *Obligation) compile() (problems []error) {
	if p := o.Record; p != nil {
		if p.Constraint != "" {
			var err error
			if o.constraint, err = schema.Compile(p.Constraint); err != nil {
				problems = append(problems, err)
			}
		}
		if p.Where != "" {
			var err error
			if o.where, err = schema.Compile(p.Where); err != nil {
				problems = append(problems, err)
			}
		}
		for _, name := range p.Check {
			if checks[name].holds == nil {
				problems = append(problems, fmt.Errorf("there is no check %q", name))
			}
		}
	}
	if p := o.Location; p != nil && locationRules[p.Rule].holds == nil {
		problems = append(problems, fmt.Errorf("there is no location rule %q", p.Rule))
	}
	if p := o.Limit; p != nil && limitRules[p.Rule].holds == nil {
		problems = append(problems, fmt.Errorf("there is no limit rule %q", p.Rule))
	}
	return problems
}
