// Package wording holds what the pages of a portal say of themselves: whole messages with named places for values, in a file that a
// translator can work through from top to bottom. en.toml is that file; a theme can bring another that says the same in its language.
//
//	[overview]
//	heading = "What needs attention"
//	fresh = "See <how>how to make one</how>, or ask on {date}."
//	more = { one = "{count} more workload", other = "{count} more workloads" }
//
// A place is {date}: whoever uses the message gives a value to it. A span is <how>…</how>: whoever uses the message says what surrounds it,
// such as a link. <strong>, <b> and <code> are themselves. The place {count} chooses between the forms of a message, as the plural rules of
// CLDR have them for the language.
//
// Files are those of go-i18n, whose tools and Weblate can edit them; decision 0032 says why. Its localizer is not used: it runs a template
// for every message, and a large portal says some millions. A message is taken apart once, when it is asked for with the places of its use,
// and that is also when an unknown message, a place without a value or a value without a place is found.
package wording

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed en.toml
var english []byte

// Catalogue holds every message in one language; those that a translation lacks in English. It never changes.
type Catalogue struct {
	Language string // of the pages, as in BCP 47

	messages map[string]*message
	missing  []string
	unknown  []string
}

// message is a message as it stands in its file.
type message struct {
	forms  [forms]string // by plural.Form; only Other in a message without numbers
	counts *counting     // of its own language, which is English where a translation lacks it
}

// alone tells whether a message has the one form only.
func (m *message) alone() bool { return m.forms == [forms]string{plural.Other: m.forms[plural.Other]} }

// forms is how many forms CLDR knows: plural.Other is the first and plural.Many the last.
const forms = int(plural.Many) + 1

// English gives the catalogue that is part of the program.
var English = sync.OnceValue(func() *Catalogue {
	c, err := read("en-GB", english)
	if err != nil {
		panic("wording: en.toml: " + err.Error()) // TestTheEnglishCatalogue
	}
	return c
})

// Translation reads a translation: a file like en.toml in a language of BCP 47. What it lacks is said in English, and what English has not is
// left out, except choices of the schema; see [Catalogue.Missing] and [Catalogue.Unknown]. It fails when the file is not well formed, or gives a
// message other places than it has.
func Translation(lang string, toml []byte) (*Catalogue, error) {
	c, err := read(lang, toml)
	if err != nil {
		return nil, err
	}
	whole := English()
	for _, id := range slices.Sorted(maps.Keys(c.messages)) {
		original := whole.messages[id]
		if original == nil && strings.HasPrefix(id, choices) {
			continue
		}
		if original == nil {
			c.unknown = append(c.unknown, id)
			delete(c.messages, id)
			continue
		}
		if err := c.messages[id].keepsTo(original); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
	}
	for _, id := range whole.IDs() {
		if c.messages[id] == nil {
			c.messages[id] = whole.messages[id]
			c.missing = append(c.missing, id)
		}
	}
	return c, nil
}

// choices is the group of the choices of the schema. English has those that are not simply their own words.
const choices = "choice."

// keepsTo tells whether a translated message has the places of the original. A form for one or two things may leave the number out.
func (m *message) keepsTo(original *message) error {
	want, _ := original.names() // parsed before
	for form, text := range m.forms {
		got, err := namesOf(text)
		if err != nil {
			return err
		}
		for name := range got {
			if !want[name] {
				return fmt.Errorf("it has a place {%s} that English has not", name)
			}
		}
		for name := range want {
			if text != "" && !got[name] && (name != count || form == int(plural.Other)) {
				return fmt.Errorf("it lacks the place {%s}", name)
			}
		}
	}
	return nil
}

// Missing lists the messages that a translation lacks, by id.
func (c *Catalogue) Missing() []string { return slices.Clone(c.missing) }

// Unknown lists those that only the translation has: English has them no more, or they are misspelt.
func (c *Catalogue) Unknown() []string { return slices.Clone(c.unknown) }

// IDs lists every message, in order.
func (c *Catalogue) IDs() []string { return slices.Sorted(maps.Keys(c.messages)) }

// Under lists the messages of a group, in order, by what follows the name of the group.
func (c *Catalogue) Under(group string) []string {
	var out []string
	for _, id := range c.IDs() {
		if name, ok := strings.CutPrefix(id, group+"."); ok {
			out = append(out, name)
		}
	}
	return out
}

func read(lang string, raw []byte) (*Catalogue, error) {
	tag, err := language.Parse(lang)
	if err != nil {
		return nil, fmt.Errorf("%q is no language of BCP 47", lang)
	}
	list, err := i18n.ParseMessageBytes(raw, toml.Unmarshal)
	if err != nil {
		return nil, err
	}
	c, counts := &Catalogue{Language: lang, messages: make(map[string]*message, len(list))}, newCounting(tag)
	for _, one := range list {
		m := &message{counts: counts}
		m.forms = [forms]string{plural.Other: one.Other, plural.Zero: one.Zero, plural.One: one.One, plural.Two: one.Two, plural.Few: one.Few, plural.Many: one.Many}
		if one.Other == "" {
			return nil, fmt.Errorf("%s says nothing for “other”, the form that every message has", one.ID)
		}
		if _, err := m.names(); err != nil {
			return nil, fmt.Errorf("%s: %w", one.ID, err)
		}
		c.messages[one.ID] = m
	}
	return c, nil
}

// counting knows which form of a message a number wants.
type counting struct {
	language language.Tag
	small    [100]plural.Form // of numbers below
}

func newCounting(tag language.Tag) *counting {
	c := &counting{language: tag}
	for n := range c.small {
		c.small[n] = plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)
	}
	return c
}

func (c *counting) form(n int) plural.Form {
	n = max(n, -n)
	if n < len(c.small) {
		return c.small[n]
	}
	return plural.Cardinal.MatchPlural(c.language, n, 0, 0, 0, 0)
}
