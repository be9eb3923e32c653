package wording

import (
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
)

// Attribute is an attribute of the element of a script.
type Attribute struct{ Name, Text string }

// formNames are those of CLDR.
var formNames = [forms]string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}

// everyPage is the script of every page, which names no state.
const everyPage = "portal"

// Script gives what a script says as attributes of its element, where it finds them under any content security policy: the messages of the group
// scripts-NAME, the words of states, and how a day is written. A message with forms for numbers has one for each. Scripts put values into
// places themselves.
func (c *Catalogue) Script(name string) []Attribute {
	groups := []string{"scripts-" + name}
	if name != everyPage {
		groups = append(groups, "state")
	}
	var out []Attribute
	for _, group := range groups {
		for _, key := range c.Under(group) {
			attribute := "data-" + key
			if group == "state" {
				attribute = "data-state-" + key
			}
			out = append(out, c.messages[group+"."+key].attributes(attribute)...)
		}
	}
	months := make([]string, 12)
	for i := range months {
		months[i] = c.messages["month."+strconv.Itoa(i+1)].forms[plural.Other]
	}
	return append(out, Attribute{"data-date", c.messages["date.long"].forms[plural.Other]}, Attribute{"data-months", strings.Join(months, "|")})
}

func (m *message) attributes(name string) []Attribute {
	if m.alone() {
		return []Attribute{{name, m.forms[plural.Other]}}
	}
	var out []Attribute
	for form, text := range m.forms {
		if text != "" {
			out = append(out, Attribute{name + "-" + formNames[form], text})
		}
	}
	return out
}
