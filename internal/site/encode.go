package site

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"example.org/muniment/internal/calendar"
)

// encode writes a document on a sheet as encoding/json does, byte for byte, with a line end. A portal has as many documents as pages, so
// how each type is written is worked out once and days are written without an allocation; TestEncodeIsEncodingJSON holds the
// two against each other. The document must be a pointer. It panics on a type that reports do not have.
func encode(document any) []byte {
	v := reflect.ValueOf(document).Elem()
	return append(writerOf(v.Type())(sheet(0), v), '\n')
}

// digest gives a digest of a document.
func digest(document any) [sha256.Size]byte {
	text := encode(document)
	defer Done([]File{{Data: text}})
	return sha256.Sum256(text)
}

// jsonWriter appends a value.
type jsonWriter func([]byte, reflect.Value) []byte

var jsonWriters sync.Map // reflect.Type → jsonWriter

func writerOf(t reflect.Type) jsonWriter {
	if w, ok := jsonWriters.Load(t); ok {
		return w.(jsonWriter)
	}
	w := newWriter(t)
	jsonWriters.Store(t, w)
	return w
}

var (
	dateType  = reflect.TypeFor[calendar.Date]()
	marshaler = reflect.TypeFor[json.Marshaler]()
)

func newWriter(t reflect.Type) jsonWriter {
	switch {
	case t == dateType:
		return appendDate
	case t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler):
		return appendMarshaled
	}
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, v reflect.Value) []byte { return appendString(b, v.String()) }
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int16, reflect.Int8:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendInt(b, v.Int(), 10) }
	case reflect.Bool:
		return func(b []byte, v reflect.Value) []byte { return strconv.AppendBool(b, v.Bool()) }
	case reflect.Pointer:
		return func(b []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return append(b, "null"...)
			}
			return writerOf(t.Elem())(b, v.Elem())
		}
	case reflect.Slice:
		return func(b []byte, v reflect.Value) []byte { return appendList(b, v, writerOf(t.Elem())) }
	case reflect.Map:
		return func(b []byte, v reflect.Value) []byte { return appendMap(b, v, writerOf(t.Elem())) }
	case reflect.Struct:
		return structWriter(t)
	}
	panic(fmt.Sprintf("site: a document with a %s", t))
}

func appendDate(b []byte, v reflect.Value) []byte {
	b = append(b, '"')
	b, _ = v.Addr().Interface().(*calendar.Date).AppendText(b) // writing into memory never fails
	return append(b, '"')
}

// appendMarshaled leaves a type that writes itself to encoding/json.
func appendMarshaled(b []byte, v reflect.Value) []byte {
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		panic(fmt.Sprintf("site: a document with a %s: %v", v.Type(), err))
	}
	return append(b, raw...)
}

func appendList(b []byte, v reflect.Value, element jsonWriter) []byte {
	if v.IsNil() {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = element(b, v.Index(i))
	}
	return append(b, ']')
}

func appendMap(b []byte, v reflect.Value, element jsonWriter) []byte {
	if v.IsNil() {
		return append(b, "null"...)
	}
	byKey := make(map[string]reflect.Value, v.Len())
	for it := v.MapRange(); it.Next(); {
		byKey[it.Key().String()] = it.Value()
	}
	b = append(b, '{')
	for i, key := range slices.Sorted(maps.Keys(byKey)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, key), ':')
		b = element(b, byKey[key])
	}
	return append(b, '}')
}

// jsonField is a field of a struct, or of a struct embedded in it.
type jsonField struct {
	index     []int
	name      string // with quotes and colon
	omitEmpty bool
	omitZero  bool
	write     jsonWriter
}

func structWriter(t reflect.Type) jsonWriter {
	var fields []jsonField
	for _, f := range reflect.VisibleFields(t) {
		tag, tagged := f.Tag.Lookup("json")
		if !f.IsExported() || tag == "-" || f.Anonymous && !tagged || len(f.Index) > 2 {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "" {
			name = f.Name
		}
		fields = append(fields, jsonField{
			index: f.Index, name: string(appendString(nil, name)) + ":", omitEmpty: strings.Contains(options, "omitempty"),
			omitZero: strings.Contains(options, "omitzero"), write: newWriter(f.Type),
		})
	}
	return func(b []byte, v reflect.Value) []byte {
		b = append(b, '{')
		empty := true
		for i := range fields {
			f := &fields[i]
			value := v.Field(f.index[0])
			if len(f.index) > 1 {
				if value.Kind() == reflect.Pointer {
					value = value.Elem()
				}
				value = value.Field(f.index[1])
			}
			if f.omitZero && value.IsZero() || f.omitEmpty && isEmpty(value) {
				continue
			}
			if !empty {
				b = append(b, ',')
			}
			empty = false
			b = f.write(append(b, f.name...), value)
		}
		return append(b, '}')
	}
}

// isEmpty is what encoding/json leaves out for omitempty.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// plainJSON tells of every byte whether it stands for itself in a string of a document that may be put into HTML.
var plainJSON = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = !strings.ContainsRune(`"\<>&`, c)
	}
	return plain
}()

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		if plainJSON[s[i]] {
			i++
			continue
		}
		size := 1
		if s[i] >= utf8.RuneSelf {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if (r != utf8.RuneError || size > 1) && r != '\u2028' && r != '\u2029' {
				i += size
				continue
			}
		}
		// What needs escaping is rare, and encoding/json knows how.
		quoted, _ := json.Marshal(s[i : i+size])
		b = append(append(b, s[start:i]...), quoted[1:len(quoted)-1]...)
		i += size
		start = i
	}
	return append(append(b, s[start:]...), '"')
}
