package remind

import (
	"slices"
	"strings"
	"testing"
)

func TestMarkersAreReadBack(t *testing.T) {
	want := marker{subject: "workload:Z9A1A/imaging-archive", stage: Office, state: "done", digest: "0123456789abcdef", items: []string{"OFF-29@2026-12-12", "OFF-02a@2026-12-13"}}
	for name, text := range map[string]string{
		"alone":                          want.String(),
		"with text around it":            "Somebody's remark.\r\n" + want.String() + "\r\nmore",
		"the first of two":               want.String() + "\n" + marker{subject: "workload:x", stage: SIRO, state: "open", digest: "0123456789abcdef"}.String(),
		"in a line of its own among --'": "--> <!-- --> " + want.String(),
	} {
		got, ok := readMarker(text)
		if !ok || got.String() != want.String() {
			t.Errorf("%s: %v %+v", name, ok, got)
		}
	}
	for _, text := range []string{
		"", "<!-- muniment-reminder:1 -->", strings.Replace(want.String(), ":1 ", ":2 ", 1), strings.Replace(want.String(), "office", "board", 1),
		strings.Replace(want.String(), "imaging", "ima\x1bging", 1), strings.Replace(want.String(), "imaging", "ima ging", 1), strings.Replace(want.String(), "89abcdef", "", 1),
	} {
		if got, ok := readMarker(text); ok {
			t.Errorf("%q was read: %+v", text, got)
		}
	}
}

func FuzzMarker(f *testing.F) {
	f.Add("<!-- muniment-reminder:1 subject=workload:Z9A1A/w stage=owner state=open digest=0123456789abcdef items=OFF-29@2026-12-12 -->")
	f.Add("<!-- muniment-reminder:1 subject=x stage=siro state=done digest=0123456789abcdef items= -->\n")
	f.Fuzz(func(t *testing.T, body string) {
		m, ok := readMarker(body)
		if !ok {
			return
		}
		if !strings.Contains(body, m.String()) {
			t.Errorf("%q is not in %q", m, body)
		}
		closed, ok := readMarker(closing(body, "done", "why"))
		if !ok || closed.state != "done" || closed.subject != m.subject || !slices.Equal(closed.items, m.items) {
			t.Errorf("closing %q made %+v of it", body, closed)
		}
		m.days()
		if strings.ContainsFunc(m.name(), func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("a name that a terminal could take for more: %q", m.name())
		}
	})
}
