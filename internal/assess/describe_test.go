package assess

import (
	"reflect"
	"testing"

	"example.org/muniment/internal/obligation"
)

// TestWhatIsDescribedPointsNowhere: Describe writes values as they are. A pointer in them would be written as an address, which may be the
// same for two things in two runs.
func TestWhatIsDescribedPointsNowhere(t *testing.T) {
	t.Parallel()
	var look func(at string, typ reflect.Type)
	look = func(at string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				look(at+"."+typ.Field(i).Name, typ.Field(i).Type)
			}
		case reflect.Slice, reflect.Array:
			look(at+"[]", typ.Elem())
		case reflect.Pointer, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
			t.Errorf("%s is a %s", at, typ)
		}
	}
	look("Outcome", reflect.TypeFor[obligation.Outcome]())
	look("saying", reflect.TypeFor[saying]())
}
