package schema

import "strings"

// Field describes one field of a record for documentation.
type Field struct {
	Path     string   // dotted; items of a list are written [], entries under free names <name>
	Type     string   // in words: "text", "a list of groups"
	Required bool     // it must be there whenever the group around it is
	When     string   // the condition under which it must be there, in words: "stage is not procurement"
	Choices  []string // the values to choose from, in the order of the schema
	Doc      string   // the comment above it
	Says     string   // the form of its value: "a day such as 2026-11-22"
	Example  string   // from the attribute @example("…")
	Default  bool     // it is filled in when left out
}

// Fields lists every field of a kind in the order of the schema, groups before what is in them. It is nil for a kind that
// does not exist.
func (s *Set) Fields(kind string) []Field {
	r, ok := s.records[kind]
	if !ok {
		return nil
	}
	var l fieldLister
	l.group(r.shape, "", 0)
	return l.fields
}

// Doc returns the comment above the definition of a kind.
func (s *Set) Doc(kind string) string {
	if r, ok := s.records[kind]; ok {
		return r.shape.doc
	}
	return ""
}

type fieldLister struct{ fields []Field }

// maxDepth stops at definitions that contain themselves.
const maxDepth = 12

func (l *fieldLister) group(s *shape, path string, depth int) {
	if depth > maxDepth {
		return
	}
	for _, f := range s.fields {
		l.field(f, join(path, f.name), whenRequired(s, f.name), depth)
	}
	for _, c := range s.when {
		for _, f := range c.then.fields {
			if s.field(f.name) == nil {
				l.field(f, join(path, f.name), conditionWords(c.conditions[len(c.conditions)-1]), depth)
			}
		}
	}
	for _, p := range s.patterns {
		name := "<" + firstOf(p.key.says, firstOf(p.key.name, "name")) + ">"
		l.field(&field{shape: p.value, presence: optional, doc: p.key.doc}, join(path, strings.TrimPrefix(name, "#")), "", depth)
	}
}

func (l *fieldLister) field(f *field, path, when string, depth int) {
	l.fields = append(l.fields, Field{
		Path: path, Type: describe(f.shape), Required: f.presence == required || f.presence == regular && !f.shape.hasDefault,
		When: when, Choices: f.shape.choiceTexts(), Doc: firstOf(f.doc, f.shape.doc), Says: firstOf(f.says, f.shape.itemSays()),
		Example: f.example, Default: f.shape.hasDefault,
	})
	l.within(f.shape, path, depth)
}

// within lists what is inside a value: the fields of a group, or of the groups in a list.
func (l *fieldLister) within(s *shape, path string, depth int) {
	switch {
	case s.kinds&isMap != 0:
		l.group(s, path, depth+1)
	case s.kinds&isList != 0 && s.itemShape() != nil:
		l.within(s.itemShape(), path+"[]", depth+1)
	}
}

func whenRequired(s *shape, name string) string {
	for _, c := range s.when {
		if f := c.then.field(name); f != nil && f.presence != optional {
			return conditionWords(c.conditions[len(c.conditions)-1])
		}
	}
	return ""
}

// itemShape is the shape of the items of a list, or nil when nothing is said about them.
func (s *shape) itemShape() *shape {
	switch {
	case s.elem != nil && !s.elem.isTop():
		return s.elem
	case len(s.prefix) > 0:
		return s.prefix[0]
	}
	return nil
}

func (s *shape) choiceTexts() []string {
	if item := s.itemShape(); s.kinds == isList && item != nil {
		s = item
	}
	var texts []string
	for _, c := range s.choices {
		texts = append(texts, c.text)
	}
	return texts
}

func (s *shape) itemSays() string {
	if item := s.itemShape(); s.kinds == isList && item != nil && s.says == "" {
		return item.says
	}
	return s.says
}

// describe gives the type of a value in words.
func describe(s *shape) string {
	if s.kinds != isList {
		return typeWords(s.kinds)
	}
	words := "a list"
	if item := s.itemShape(); item != nil {
		words += " of " + map[kinds]string{isMap: "groups", isString: "text", isInt: "whole numbers", isList: "lists", isBool: "true or false"}[item.kinds]
		words = strings.TrimSuffix(words, " of ")
	}
	if s.minItems > 0 {
		words += ", at least " + entries(s.minItems)
	}
	return words
}
