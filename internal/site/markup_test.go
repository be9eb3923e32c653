package site

import (
	"html"
	"strings"
	"testing"
	"unicode/utf8"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/wording"
)

// FuzzEscaped: nothing that is written as text can end the text or an attribute, and nobody reads another text than was written.
func FuzzEscaped(f *testing.F) {
	for _, payload := range payloads {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := string(appendEscaped(nil, s))
		if strings.ContainsAny(got, "<>\"'\x00") || !utf8.ValidString(got) {
			t.Errorf("%q becomes %q", s, got)
		}
		if want := strings.Map(visible, s); html.UnescapeString(got) != want {
			t.Errorf("%q is read as %q, want %q", s, html.UnescapeString(got), want)
		}
	})
}

func TestMailboxesStayInTheirAddress(t *testing.T) {
	t.Parallel()
	for email, want := range map[string]string{
		"ig@northmoor.example.org": "ig@northmoor.example.org", "a?cc=b@x.example": "a%3Fcc=b@x.example", "a b\"@x": "a%20b%22@x", "é@x": "%C3%A9@x", "": "",
	} {
		if got := mailAddress(email); got != want {
			t.Errorf("mailAddress(%q) = %q, want %q", email, got, want)
		}
	}
}

func TestPicturesPutDaysOnTheirWidth(t *testing.T) {
	t.Parallel()
	a := newAxis(day("2026-01-01"), day("2027-01-01"))
	for _, c := range []struct {
		day  string
		want int
	}{{"2026-01-01", 0}, {"2027-01-01", 10000}, {"2025-01-01", 0}, {"2028-01-01", 10000}, {"2026-07-02", 4986}} {
		if got := a.at(day(c.day)); got != c.want {
			t.Errorf("%s is at %d, want %d", c.day, got, c.want)
		}
	}
	for n, want := range map[int]string{0: "0%", 5: "0.05%", 50: "0.5%", 1230: "12.3%", 10000: "100%", 4986: "49.86%"} {
		m := &markup{}
		m.share(n)
		if string(m.b) != want {
			t.Errorf("%d is written %s, want %s", n, m.b, want)
		}
	}
}

func TestSpellsJoinWhatHasOneStatus(t *testing.T) {
	t.Parallel()
	segment := func(from, until, state string) report.Segment {
		s := report.Segment{From: day(from), State: state, Causes: []report.Cause{{Kind: "date"}}}
		if until != "" {
			s.Until = day(until)
		}
		return s
	}
	end := day("2027-01-01")
	for _, c := range []struct {
		claim    string
		segments []report.Segment
		want     []string
	}{
		{"one status is one spell, to the end", []report.Segment{segment("2026-01-01", "", "met")}, []string{"2026-01-01 2027-01-01 met"}},
		{"what changes beside the status is not drawn", []report.Segment{segment("2026-01-01", "2026-02-01", "met"), segment("2026-02-01", "", "met")}, []string{"2026-01-01 2027-01-01 met"}},
		{"a spell ends where the next begins", []report.Segment{segment("2026-01-01", "2026-02-01", "met"), segment("2026-02-01", "2026-03-01", "gap"), segment("2026-03-01", "", "met")}, []string{"2026-01-01 2026-02-01 met", "2026-02-01 2026-03-01 gap", "2026-03-01 2027-01-01 met"}},
		{"what is past the end is not drawn", []report.Segment{segment("2026-01-01", "2027-06-01", "met"), segment("2027-06-01", "", "gap")}, []string{"2026-01-01 2027-01-01 met"}},
		{"days without a record have no status", []report.Segment{segment("2026-01-01", "2026-02-01", "met"), segment("2026-02-01", "", "")}, []string{"2026-01-01 2026-02-01 met", "2026-02-01 2027-01-01 "}},
	} {
		var got []string
		for _, s := range spells(&report.Timeline{Segments: c.segments}, end) {
			got = append(got, s.from.String()+" "+s.until.String()+" "+s.state)
		}
		if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
			t.Errorf("%s: %q, want %q", c.claim, got, c.want)
		}
	}
}

// TestEveryStateHasAHeightAndALetterOfItsOwn, so that a picture can be read without its colours.
func TestEveryStateHasAHeightAndALetterOfItsOwn(t *testing.T) {
	t.Parallel()
	says, err := newSpeech(wording.English())
	if err != nil {
		t.Fatal(err)
	}
	heights, letters := map[int]bool{}, map[string]bool{}
	for _, state := range report.States {
		height, ok := bars[state]
		letter := says.letters[state]
		if !ok {
			if state != "contested" && state != "info" { // no status is ever one of these
				t.Errorf("%s has no bar", state)
			}
			continue
		}
		if letter == "" || heights[height] || letters[letter] || height > barsFoot-barsTop {
			t.Errorf("%s has the bar of another, or one too high: %s, %d", state, letter, height)
		}
		heights[height], letters[letter] = true, true
	}
}

func TestWeeksBeginOnMondays(t *testing.T) {
	t.Parallel()
	for of, want := range map[string]string{"2026-11-22": "2026-11-16", "2026-11-23": "2026-11-23", "2026-01-01": "2025-12-29"} {
		if got := monday(day(of)); got != day(want) {
			t.Errorf("the week of %s begins on %s, want %s", of, got, want)
		}
	}
	for d := day("2026-01-01"); d.Before(day("2026-02-15")); d = d.AddDays(1) {
		if m := monday(d); m.After(d) || m.AddDays(7).Before(d.AddDays(1)) || m != monday(m) {
			t.Errorf("the week of %s begins on %s", d, m)
		}
	}
}

func TestDaysAreWrittenAsTheCalendarDoes(t *testing.T) {
	t.Parallel()
	for _, d := range []calendar.Date{day("1900-01-01"), day("2026-11-22"), day("2199-12-31")} {
		got := said(t, func(m *markup) {
			m.day(d)
			m.raw("|")
			m.shortDay(d)
		})
		if want := d.Long() + "|" + d.Short(); got != want {
			t.Errorf("%s is written %s, want %s", d, got, want)
		}
	}
}
