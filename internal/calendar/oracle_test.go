package calendar_test

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
)

// The periods of testdata/Oracle.java, in its order. Years are months here and years there.
var oraclePeriods = []calendar.Period{
	{Months: 1},
	{Months: 2},
	{Months: 3},
	{Months: 6},
	{Months: 12},
	{Months: 18},
	{Months: 24},
	{Months: 36},
	{Months: 12},
	{Months: 24},
	{Months: 36},
	{Months: 48},
	{Months: 60},
	{Days: 7},
	{Days: 14},
	{Days: 30},
	{Days: 90},
	{Months: 1, Days: 14},
	{Months: -1},
	{Months: -3},
	{Months: -12},
	{Days: -90},
}

var epoch = calendar.MustParse("1970-01-01")

const recordedFile = "testdata/recorded.txt" // made by: java testdata/Oracle.java table

// TestRecorded checks the table that java.time wrote once: every month end from 1970 to 2100, and 28 February of leap
// years. It needs no Java.
func TestRecorded(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile(recordedFile)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for lines := bufio.NewScanner(bytes.NewReader(table)); lines.Scan(); rows++ {
		day, _, _ := strings.Cut(lines.Text(), " ")
		if diff := cmp.Diff(lines.Text(), recordedRow(calendar.MustParse(day))); diff != "" {
			t.Errorf("row %d (-java.time +calendar):\n%s", rows+1, diff)
		}
	}
	if want := 131*12 + 32; rows != want { // 32 leap years: 1972 to 2096
		t.Errorf("%s has %d rows, want %d", recordedFile, rows, want)
	}
}

// TestJava compares every day from 1970 to 2100 and 22 periods with java.time itself, by a digest per year so that a
// difference is narrowed down without printing a million sums.
func TestJava(t *testing.T) {
	t.Parallel()
	java := findJava(t)
	digests := strings.Fields(run(t, java, "digest"))
	if want := 2 * 131; len(digests) != want {
		t.Fatalf("java.time gave %d words, want %d", len(digests), want)
	}
	for year := 1970; year <= 2100; year++ {
		want := digests[2*(year-1970)] + " " + digests[2*(year-1970)+1]
		hash := fnv.New64a()
		rows := yearRows(year)
		hash.Write(rows)
		if got := fmt.Sprintf("%d %x", year, hash.Sum64()); got != want {
			t.Fatalf("%d differs (-java.time +calendar):\n%s", year,
				firstDifference(run(t, java, "year", fmt.Sprint(year)), string(rows)))
		}
	}
	if diff := cmp.Diff(run(t, java, "table"), readFile(t, recordedFile)); diff != "" {
		t.Errorf("%s is not what java.time writes today (-java.time +file):\n%s", recordedFile, diff)
	}
}

// yearRows writes a year as Oracle.java does.
func yearRows(year int) []byte {
	b := make([]byte, 0, 200_000)
	for d := calendar.Of(year, 1, 1); d.Year() == year; d = d.AddDays(1) {
		b = appendStart(b, d)
		for _, p := range oraclePeriods {
			sum := d.Add(p)
			b, _ = sum.AppendText(append(b, ' '))
			b = strconv.AppendInt(append(b, '/'), int64(d.DaysUntil(sum)), 10)
		}
		b = append(b, '\n')
	}
	return b
}

func recordedRow(d calendar.Date) string {
	b := appendStart(nil, d)
	for _, p := range []calendar.Period{{Months: 1}, {Months: 3}, {Months: 12}, {Months: 48}, {Days: 90}} {
		b, _ = d.Add(p).AppendText(append(b, ' '))
	}
	return string(b)
}

func appendStart(b []byte, d calendar.Date) []byte {
	return fmt.Appendf(b, "%s %s %d", d, d.Weekday(), epoch.DaysUntil(d))
}

// findJava skips loudly where there is no Java that can run a source file (11 or newer, with its compiler).
func findJava(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: the comparison of every day with java.time is left out with -short; the recorded table is still checked")
	}
	java, err := exec.LookPath("java")
	if err != nil {
		t.Skip("SKIPPED: no java on the path, so calendar arithmetic was compared with the recorded table only; install a JDK, 11 or newer, for the comparison of every day")
	}
	modules, err := exec.Command(java, "--list-modules").CombinedOutput()
	if err != nil || !bytes.Contains(modules, []byte("jdk.compiler")) {
		t.Skip("SKIPPED: this java cannot run a source file, so calendar arithmetic was compared with the recorded table only; install a JDK, 11 or newer, for the comparison of every day")
	}
	return java
}

func run(t *testing.T, java string, args ...string) string {
	t.Helper()
	cmd := exec.Command(java, append([]string{"testdata/Oracle.java"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run %s: %v\n%s", cmd, err, stderr.Bytes())
	}
	return string(out)
}

func firstDifference(want, got string) string {
	wants, gots := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(wants), len(gots)) {
		if wants[i] != gots[i] {
			return cmp.Diff(strings.Fields(wants[i]), strings.Fields(gots[i]))
		}
	}
	return fmt.Sprintf("%d lines against %d", len(wants), len(gots))
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
