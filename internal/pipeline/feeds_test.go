package pipeline

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/theme"
)

// TestSequencesFollowWhatChanges reads every calendar of the portals that a history would have published on many days. From one
// to the next the number of an event never falls, and it rises when anything about the event is another.
func TestSequencesFollowWhatChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes many portals")
	}
	t.Parallel()
	dir := eventful(t)
	all, _ := timelinesOf(t, dir)
	_, line := openLine(t, dir)
	days := atEveryTurn(line, all)
	slices.SortFunc(days, calendar.Date.Compare)
	days = slices.DeleteFunc(slices.Compact(days), func(d calendar.Date) bool { return d.After(line[len(line)-1].Day.AddDays(40)) })
	type event struct {
		sequence int
		text     string
	}
	before := map[string]event{}
	compared, changed := 0, 0
	for _, day := range days {
		files, _, err := testTool(t).Render(t.Context(), Question{Dir: dir, AsOf: day, KnownAt: day.String()}, bareTheme(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if !strings.HasSuffix(f.Path, ".ics") {
				continue
			}
			c, err := ical.NewDecoder(bytes.NewReader(f.Data)).Decode()
			if err != nil {
				t.Fatalf("%s on %s: %v", f.Path, day, err)
			}
			for _, e := range c.Events() {
				now := event{}
				if now.sequence, err = strconv.Atoi(e.Props.Get("SEQUENCE").Value); err != nil {
					t.Fatal(err)
				}
				for _, name := range []string{"DTSTART", "DTEND", "SUMMARY", "DESCRIPTION"} {
					now.text += e.Props.Get(name).Value + "\n"
				}
				key := f.Path + " " + e.Props.Get("UID").Value
				if old, ok := before[key]; ok {
					compared++
					if now.sequence < old.sequence {
						t.Errorf("%s on %s: the number falls from %d to %d", key, day, old.sequence, now.sequence)
					}
					if now.text != old.text {
						changed++
						if now.sequence == old.sequence {
							t.Errorf("%s on %s: the number stays %d while the event becomes another:\n%s%s", key, day, now.sequence, old.text, now.text)
						}
					}
				}
				before[key] = now
			}
		}
	}
	if changed == 0 {
		t.Fatal("no event ever changes")
	}
	t.Logf("%d events on %d days compared with the day before, %d changed", compared, len(days), changed)
}

// bareTheme is the theme of the repository, without what npm adds to it.
func bareTheme(t *testing.T) *theme.Theme {
	t.Helper()
	look, err := theme.Open(os.DirFS("../../themes/nhs"))
	if err != nil {
		t.Fatal(err)
	}
	return look
}
