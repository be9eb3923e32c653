package report

import (
	"reflect"
	"strings"
)

// settler lets shares stand by themselves: their texts are parts of whole documents, which would stay in memory with them, and most say
// what others say too. Every text becomes one copy for all.
type settler struct {
	texts map[string]string
	types map[reflect.Type]bool // whether there are texts in them
}

func newSettler() *settler {
	return &settler{make(map[string]string), make(map[reflect.Type]bool)}
}

// settle gives every text of a share its copy.
func (s *settler) settle(share *Share) { s.value(reflect.ValueOf(share).Elem()) }

func (s *settler) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s.text(v.String()))
	case reflect.Pointer:
		if !v.IsNil() && s.holds(v.Type()) {
			s.value(v.Elem())
		}
	case reflect.Struct:
		if s.holds(v.Type()) {
			for i := range v.NumField() {
				s.value(v.Field(i))
			}
		}
	case reflect.Slice:
		if s.holds(v.Type().Elem()) {
			for i := range v.Len() {
				s.value(v.Index(i))
			}
		}
	}
}

// holds tells whether there may be texts in values of a type. Keys of maps are names of states, which are nobody's part.
func (s *settler) holds(t reflect.Type) bool {
	known, ok := s.types[t]
	if ok {
		return known
	}
	switch t.Kind() {
	case reflect.String:
		known = true
	case reflect.Pointer, reflect.Slice:
		known = s.holds(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			known = known || s.holds(t.Field(i).Type)
		}
	}
	s.types[t] = known
	return known
}

func (s *settler) text(t string) string {
	if t == "" {
		return ""
	}
	known, ok := s.texts[t]
	if !ok {
		known = strings.Clone(t)
		s.texts[known] = known
	}
	return known
}
