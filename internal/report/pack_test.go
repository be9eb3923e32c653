package report

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
)

// fill fills everything below a value at random, lists and pointers that are not there among it. Texts are parts of one document.
func fill(v reflect.Value, random *rand.Rand, document string) {
	switch v.Kind() {
	case reflect.String:
		at := random.IntN(len(document) - 40)
		v.SetString(document[at : at+random.IntN(40)])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 1)
	case reflect.Int:
		v.SetInt(random.Int64N(1<<40) - 1<<39)
	case reflect.Pointer:
		if random.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), random, document)
		}
	case reflect.Slice:
		if n := random.IntN(4); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n-1, n+2))
			for i := range v.Len() {
				fill(v.Index(i), random, document)
			}
		}
	case reflect.Map:
		if n := random.IntN(4); n > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range n - 1 {
				v.SetMapIndex(reflect.ValueOf(document[:random.IntN(40)]), reflect.ValueOf(random.IntN(1000)))
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[calendar.Date]() {
			if random.IntN(4) > 0 {
				v.Set(reflect.ValueOf(calendar.Of(1+random.IntN(9999), time.Month(1+random.IntN(12)), 1+random.IntN(28))))
			}
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), random, document)
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
	case reflect.Map:
		for _, name := range v.MapKeys() {
			visit(name.String())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), visit)
		}
	}
}

func TestAPackedShareSaysTheSameAndHoldsNoDocument(t *testing.T) {
	t.Parallel()
	const rounds = 200
	random := rand.New(rand.NewPCG(3, 4))
	document := strings.Repeat("a document of some length that says much ", 9)
	from, until := uintptr(unsafe.Pointer(unsafe.StringData(document))), uintptr(len(document))
	p := newPacker(strings.Clone)
	var want []*Share
	for range rounds {
		share := new(Share)
		fill(reflect.ValueOf(share).Elem(), random, document)
		want = append(want, share)
		p.add(share)
	}
	n := 0
	p.all(func(got *Share) {
		if diff := cmp.Diff(want[n], got); diff != "" {
			t.Fatalf("share %d, packed (-before +after):\n%s", n, diff)
		}
		texts(reflect.ValueOf(got).Elem(), func(s string) {
			if at := uintptr(unsafe.Pointer(unsafe.StringData(s))); s != "" && at >= from && at < from+until {
				t.Errorf("share %d still holds the document: %q", n, s)
			}
		})
		n++
	})
	if n != rounds {
		t.Errorf("of %d shares %d came back", rounds, n)
	}
}

func TestWhatIsPackedSaysTheSame(t *testing.T) {
	t.Parallel()
	t.Run("share", saysTheSame[Share])
	t.Run("workload", saysTheSame[Workload])
	t.Run("supplier", saysTheSame[Supplier])
	t.Run("organisation", saysTheSame[Organisation])
	t.Run("contract", saysTheSame[Contract])
	t.Run("footprint", saysTheSame[Footprint])
}

func saysTheSame[T any](t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	document := strings.Repeat("a document of some length that says much ", 9)
	for range 50 {
		want := new(T)
		fill(reflect.ValueOf(want).Elem(), random, document)
		packed := Pack(want)
		got, err := Unpack[T](packed)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("unpacked (-before +after), %v:\n%s", err, diff)
		}
		for _, harmed := range [][]byte{nil, packed[:len(packed)-1], packed[:len(packed)/2], append(packed[:len(packed):len(packed)], 0)} {
			if _, err := Unpack[T](harmed); err == nil {
				t.Errorf("%d bytes of %d are read", len(harmed), len(packed))
			}
		}
	}
}

func FuzzUnpack(f *testing.F) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		share := new(Share)
		fill(reflect.ValueOf(share).Elem(), random, strings.Repeat("some words of a document ", 9))
		f.Add(Pack(share))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		share, err := Unpack[Share](packed)
		p := newPacker(strings.Clone)
		row, ok := p.moved(packed)
		if ok != (err == nil) {
			t.Fatalf("they are moved otherwise than they are read: %v", err)
		}
		if ok {
			p.rows = append(p.rows, row)
		}
		p.all(func(moved *Share) {
			if !cmp.Equal(share, moved) {
				t.Error("what was moved is another")
			}
		})
		if err != nil {
			return
		}
		if again, err := Unpack[Share](Pack(share)); err != nil || !cmp.Equal(share, again) {
			t.Errorf("packed again it is another: %v", err)
		}
	})
}
