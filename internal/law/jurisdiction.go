package law

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/spelling"
)

// ownList is the first day on which the United Kingdom's own list of adequate countries counts and the Commission's does not
// (facts T2).
var ownList = calendar.Of(2020, 12, 31)

// Jurisdiction is a country with its dated standing.
type Jurisdiction struct {
	Code   string  `json:"-"`
	Name   string  `json:"name"`
	Spells []Spell `json:"spells"` // oldest first

	begins string // a sentence about it
}

// Spell is a stretch of days on which a country had some standing, both ends inclusive.
type Spell struct {
	Basis     string        `json:"basis"` // uk, eea, eu-adequate or uk-adequate
	Scope     string        `json:"scope"` // full or scoped
	ScopeText string        `json:"scopeText,omitzero"`
	From      calendar.Date `json:"from"`
	To        calendar.Date `json:"to,omitzero"`
	Provenance
}

// during is when the spell counts: a decision of the Commission only before the United Kingdom had its own list, and the
// other way round.
func (s *Spell) during() calendar.Segment {
	d := calendar.Segment{From: s.From, Until: calendar.Window{To: s.To}.End()}
	switch s.Basis {
	case "eu-adequate":
		d.Until = calendar.Earliest(d.Until, ownList)
	case "uk-adequate":
		if d.From.Before(ownList) {
			d.From = ownList
		}
	}
	return d
}

// BasisKind is the footing on which personal data may be in a country.
type BasisKind string

// The footings, best first.
const (
	UK             BasisKind = "uk"
	EEA            BasisKind = "eea"
	Adequate       BasisKind = "adequate"
	AdequateScoped BasisKind = "adequate-scoped" // only for recipients in the scope named, which needs evidence
	NoBasis        BasisKind = "none"            // a transfer mechanism is needed
)

func (s *Spell) kind() BasisKind {
	switch {
	case s.Basis == "uk":
		return UK
	case s.Basis == "eea":
		return EEA
	case s.Scope == "scoped":
		return AdequateScoped
	}
	return Adequate
}

var kindOrder = []BasisKind{UK, EEA, Adequate, AdequateScoped}

// Basis is the footing of a country on one day.
type Basis struct {
	Kind  BasisKind
	Text  string        // a full sentence
	Since calendar.Date // the first day of the present law; of no footing, the day the last one ended
	// Until is the first day on which the footing is another one: it ends, or where there is none one begins. Zero when no
	// such day is known. One list taking over from another is no end.
	Until      calendar.Date
	Scope      string // who is covered, for AdequateScoped
	Source     string
	Note       string
	Unverified bool // it must be confirmed before it is relied on
}

// Basis gives the footing of a country, by its ISO 3166 code, on a day: by the European Commission's list before 2020-12-31
// and by the United Kingdom's own from then on. A country that the register does not name has none.
func (l *Law) Basis(country string, day calendar.Date) Basis {
	b, s := l.footing(country, day)
	var begins string
	if j := l.Jurisdictions[country]; j != nil && j.begins != "" {
		begins = j.begins
	} else {
		begins = subjectOf(l.CountryName(country))
	}
	if b.Kind == NoBasis {
		b.Text = b.none(begins, s, day)
	} else {
		b.Text = b.sentence(begins, s)
	}
	return b
}

// Footing is [Law.Basis] without the words, which take far longer than all the rest.
func (l *Law) Footing(country string, day calendar.Date) Basis {
	b, _ := l.footing(country, day)
	return b
}

// footing gives the footing and the spell that it rests on; of no footing, the spell that ended last, if there was one.
func (l *Law) footing(country string, day calendar.Date) (Basis, *Spell) {
	j := l.Jurisdictions[country]
	if j == nil {
		return Basis{Kind: NoBasis}, nil
	}
	s := j.at(day)
	if s == nil {
		return j.none(day)
	}
	return Basis{Kind: s.kind(), Since: s.during().From, Until: j.end(s), Scope: s.ScopeText, Source: s.Source, Note: s.Note, Unverified: s.Unverified}, s
}

// at is the spell that counts on a day; of several, the best footing. It is nil when there is none.
func (j *Jurisdiction) at(day calendar.Date) *Spell {
	var best *Spell
	for i := range j.Spells {
		s := &j.Spells[i]
		if s.during().Contains(day) && (best == nil || slices.Index(kindOrder, s.kind()) < slices.Index(kindOrder, best.kind())) {
			best = s
		}
	}
	return best
}

// end follows a spell through those of the same kind and scope that take over from it.
func (j *Jurisdiction) end(s *Spell) calendar.Date {
	until := s.during().Until
	for !until.IsZero() {
		next := j.at(until)
		if next == nil || next.kind() != s.kind() || next.ScopeText != s.ScopeText {
			break
		}
		until = next.during().Until
	}
	return until
}

func (j *Jurisdiction) none(day calendar.Date) (Basis, *Spell) {
	b := Basis{Kind: NoBasis}
	var last *Spell
	for i := range j.Spells {
		s := &j.Spells[i]
		d := s.during()
		switch {
		case d.From.After(day):
			b.Until = calendar.Earliest(b.Until, d.From)
		case !d.Until.IsZero() && d.Until.After(b.Since):
			b.Since, last = d.Until, s
		}
	}
	if last != nil {
		b.Source = last.Source
	}
	return b, last
}

// none says that there is no footing, and until when there was one.
func (b Basis) none(begins string, last *Spell, day calendar.Date) string {
	text := outside(begins, day)
	if last != nil {
		text += fmt.Sprintf("; it was until %s", b.Since.AddDays(-1).Long())
		if last.ScopeText != "" {
			text += ", for " + last.ScopeText
		}
	}
	return text + "."
}

func outside(begins string, day calendar.Date) string {
	list := "UK law"
	if day.Before(ownList) {
		list = "the European Commission's list"
	}
	return fmt.Sprintf("%sneither in the UK or the European Economic Area nor adequate under %s", begins, list)
}

func (b Basis) sentence(begins string, s *Spell) string {
	list := "UK law"
	if s.Basis == "eu-adequate" {
		list = "a decision of the European Commission"
	}
	var text string
	switch b.Kind {
	case UK:
		return begins + "where the law applies itself; all nations of the UK count alike."
	case EEA:
		text = fmt.Sprintf("%sin the European Economic Area", begins)
	case Adequate:
		text = fmt.Sprintf("%sadequate under %s since %s", begins, list, b.Since.Long())
	case AdequateScoped:
		text = fmt.Sprintf("%sadequate under %s since %s, but only for %s", begins, list, b.Since.Long(), s.ScopeText)
	}
	if !b.Until.IsZero() {
		text += fmt.Sprintf(", until %s", b.Until.AddDays(-1).Long())
	}
	if b.Unverified {
		text += "; this is unverified and must be confirmed"
	}
	return text + "."
}

// CountryName gives the English name of a country without an article, or the code where there is none.
func (l *Law) CountryName(country string) string {
	if j := l.Jurisdictions[country]; j != nil {
		return j.Name
	}
	if region, err := language.ParseRegion(country); err == nil && region.IsCountry() {
		return display.English.Regions().Name(region)
	}
	return country
}

// withArticle is a country's name as it stands in a sentence.
func withArticle(name string) string {
	for _, start := range []string{"United ", "Netherlands", "Faroe Islands", "Isle of ", "Philippines", "Bahamas"} {
		if strings.HasPrefix(name, start) {
			return "the " + name
		}
	}
	return name
}

// subjectOf begins a sentence about a country: its name and the verb.
func subjectOf(name string) string {
	name = withArticle(name)
	verb := " is "
	if strings.HasSuffix(name, "Islands") {
		verb = " are "
	}
	return spelling.Capital(name) + verb
}

// AdequacyChange is a day on which the list of adequate countries that counts for the United Kingdom changed.
type AdequacyChange struct {
	On   calendar.Date
	Text string
}

// AdequacyChanges lists the changes later than after and not later than until, in order. OFF loc 4: organisations watch it.
func (l *Law) AdequacyChanges(after, until calendar.Date) []AdequacyChange {
	all := l.changes
	if all == nil { // of registers that were not loaded
		all = l.allChanges()
	}
	from, _ := slices.BinarySearchFunc(all, after.AddDays(1), onDay)
	to := len(all)
	if !until.IsZero() {
		to, _ = slices.BinarySearchFunc(all, until.AddDays(1), onDay)
	}
	return slices.Clone(all[from:max(from, to)])
}

func onDay(c AdequacyChange, day calendar.Date) int { return c.On.Compare(day) }

func (l *Law) allChanges() []AdequacyChange {
	begins, ends := make(map[calendar.Date][]string), make(map[calendar.Date][]string)
	var days []calendar.Date
	for _, code := range sortedKeys(l.Jurisdictions) {
		for i := range l.Jurisdictions[code].Spells {
			s := &l.Jurisdictions[code].Spells[i]
			if s.kind() != Adequate && s.kind() != AdequateScoped {
				continue
			}
			d := s.during()
			begins[d.From] = append(begins[d.From], withArticle(l.CountryName(code)))
			if !d.Until.IsZero() {
				ends[d.Until] = append(ends[d.Until], withArticle(l.CountryName(code)))
			}
			days = append(days, d.From, d.Until)
		}
	}
	var changes []AdequacyChange
	for _, day := range between(days, calendar.Date{}, calendar.Date{}) {
		var text string
		switch {
		case day == ownList:
			text = fmt.Sprintf("From %s the United Kingdom's own list of adequate countries counts, and the European Commission's no longer.", day.Long())
		case len(begins[day]) > 0:
			text = fmt.Sprintf("From %s the list of adequate countries includes %s.", day.Long(), strings.Join(begins[day], ", "))
		default:
			text = fmt.Sprintf("From %s the list of adequate countries no longer includes %s.", day.Long(), strings.Join(ends[day], ", "))
		}
		changes = append(changes, AdequacyChange{day, text})
	}
	return changes
}
