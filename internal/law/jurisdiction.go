package law

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"example.org/muniment/internal/calendar"
)

// ownList is the first day on which the United Kingdom's own list of adequate countries counts and the Commission's does not
// (facts T2).
var ownList = calendar.Of(2020, 12, 31)

// Jurisdiction is a country with its dated standing.
type Jurisdiction struct {
	Code   string  `json:"-"`
	Name   string  `json:"name"`
	Spells []Spell `json:"spells"` // oldest first
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
func (s Spell) during() calendar.Segment {
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

func (s Spell) kind() BasisKind {
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
	begins := subjectOf(l.CountryName(country))
	j := l.Jurisdictions[country]
	if j == nil {
		return Basis{Kind: NoBasis, Text: outside(begins, day) + "."}
	}
	s, ok := j.at(day)
	if !ok {
		return j.none(begins, day)
	}
	b := Basis{Kind: s.kind(), Since: s.during().From, Until: j.end(s), Scope: s.ScopeText, Source: s.Source, Note: s.Note, Unverified: s.Unverified}
	b.Text = b.sentence(begins, s)
	return b
}

// at is the spell that counts on a day; of several, the best footing.
func (j *Jurisdiction) at(day calendar.Date) (Spell, bool) {
	var best Spell
	found := false
	for _, s := range j.Spells {
		if s.during().Contains(day) && (!found || slices.Index(kindOrder, s.kind()) < slices.Index(kindOrder, best.kind())) {
			best, found = s, true
		}
	}
	return best, found
}

// end follows a spell through those of the same kind and scope that take over from it.
func (j *Jurisdiction) end(s Spell) calendar.Date {
	until := s.during().Until
	for !until.IsZero() {
		next, ok := j.at(until)
		if !ok || next.kind() != s.kind() || next.ScopeText != s.ScopeText {
			break
		}
		until = next.during().Until
	}
	return until
}

func (j *Jurisdiction) none(begins string, day calendar.Date) Basis {
	b := Basis{Kind: NoBasis, Text: outside(begins, day)}
	var last Spell
	for _, s := range j.Spells {
		d := s.during()
		switch {
		case d.From.After(day):
			b.Until = calendar.Earliest(b.Until, d.From)
		case !d.Until.IsZero() && d.Until.After(b.Since):
			b.Since, last = d.Until, s
		}
	}
	if !b.Since.IsZero() {
		b.Source = last.Source
		b.Text += fmt.Sprintf("; it was until %s", b.Since.AddDays(-1).Long())
		if last.ScopeText != "" {
			b.Text += ", for " + last.ScopeText
		}
	}
	b.Text += "."
	return b
}

func outside(begins string, day calendar.Date) string {
	list := "UK law"
	if day.Before(ownList) {
		list = "the European Commission's list"
	}
	return fmt.Sprintf("%sneither in the UK or the European Economic Area nor adequate under %s", begins, list)
}

func (b Basis) sentence(begins string, s Spell) string {
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
	return strings.ToUpper(name[:1]) + name[1:] + verb
}

// AdequacyChange is a day on which the list of adequate countries that counts for the United Kingdom changed.
type AdequacyChange struct {
	On   calendar.Date
	Text string
}

// AdequacyChanges lists the changes later than after and not later than until, in order. OFF loc 4: organisations watch it.
func (l *Law) AdequacyChanges(after, until calendar.Date) []AdequacyChange {
	begins, ends := make(map[calendar.Date][]string), make(map[calendar.Date][]string)
	var days []calendar.Date
	for _, code := range sortedKeys(l.Jurisdictions) {
		for _, s := range l.Jurisdictions[code].Spells {
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
	for _, day := range between(days, after, until) {
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
