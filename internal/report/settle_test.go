package report

import (
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
)

// full fills every text, list and pointer below a value with parts of one document.
func full(v reflect.Value, document string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(document[8:24])
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		full(v.Elem(), document)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			full(v.Index(i), document)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[calendar.Date]() {
			return
		}
		for i := range v.NumField() {
			full(v.Field(i), document)
		}
	}
}

// texts visits every text below a value.
func texts(v reflect.Value, visit func(string)) {
	switch v.Kind() {
	case reflect.String:
		visit(v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), visit)
		}
	}
}

func TestASettledShareSaysTheSameAndHoldsNoDocument(t *testing.T) {
	t.Parallel()
	document := strings.Repeat("a document of some length ", 4)
	share, want := new(Share), new(Share)
	full(reflect.ValueOf(share).Elem(), document)
	full(reflect.ValueOf(want).Elem(), document)
	newSettler().settle(share)
	if diff := cmp.Diff(want, share); diff != "" {
		t.Errorf("settled (-before +after):\n%s", diff)
	}
	copies, n := make(map[*byte]bool), 0
	texts(reflect.ValueOf(share).Elem(), func(s string) {
		n++
		copies[unsafe.StringData(s)] = true
	})
	if n < 100 || len(copies) != 1 || copies[unsafe.StringData(document[8:])] {
		t.Errorf("%d texts lie in %d places", n, len(copies))
	}
}
