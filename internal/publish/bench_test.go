//go:build unix

package publish_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.org/muniment/internal/publish"
)

// portal is a made-up portal of a given number of files, about ten kilobytes each, in a few large folders.
type portal struct{ files, edition int }

func (p portal) path(i int) string {
	switch i % 5 {
	case 0, 1:
		return fmt.Sprintf("workloads/Z%d-workload-%d.html", i%140, i)
	case 2, 3:
		return fmt.Sprintf("api/v1/workloads/Z%d-workload-%d.json", i%140, i)
	}
	return fmt.Sprintf("calendar/Z%d-workload-%d.ics", i%140, i)
}

// edit is the edition of page i: one page in each edition is new.
func (p portal) edit(i int) int {
	if i < p.edition {
		return 1
	}
	return 0
}

func (p portal) from(i int) publish.Sum {
	return publish.Sum{1, byte(i), byte(i >> 8), byte(i >> 16), byte(p.edit(i))}
}

func (p portal) data(i int, buf []byte) []byte {
	buf = buf[:10_000]
	copy(buf, fmt.Sprintf("page %d edition %d ", i, p.edit(i)))
	return buf
}

// publish makes the portal as a build does: from several goroutines, keeping what it can.
func (p portal) publish(b *testing.B, target string, keeping bool) {
	w, err := publish.Begin(context.Background(), target)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Abort()
	var work sync.WaitGroup
	for k := range runtime.GOMAXPROCS(0) {
		work.Go(func() {
			buf := make([]byte, 10_000)
			for i := k; i < p.files; i += runtime.GOMAXPROCS(0) {
				name := p.path(i)
				if keeping {
					if kept, err := w.KeepFrom(name, p.from(i)); kept || err != nil {
						continue
					}
				}
				if err := w.PutFrom(name, p.data(i, buf), p.from(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	if _, err := w.Commit(publish.Sum{1, byte(p.edition), byte(p.edition >> 8)}); err != nil {
		b.Fatal(err)
	}
}

// processor is the processor time of this process until now.
func processor() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// reportProcessor adds the processor time of each round to what a benchmark tells: other work on the machine sways it less.
func reportProcessor(b *testing.B) (done func()) {
	start := processor()
	return func() { b.ReportMetric(float64((processor()-start).Microseconds())/1000/float64(b.N), "cpu-ms/op") }
}

var sizes = []int{25_000}

func BenchmarkCold(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			defer reportProcessor(b)()
			for i := 0; b.Loop(); i++ {
				portal{files: n}.publish(b, filepath.Join(dir, fmt.Sprint(i)), false)
			}
		})
	}
}

// BenchmarkOneChange keeps all but one page. The second build after a first one is as fast as any later one.
func BenchmarkOneChange(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			target := filepath.Join(b.TempDir(), "public")
			portal{files: n}.publish(b, target, false)
			defer reportProcessor(b)()
			for i := 0; b.Loop(); i++ {
				portal{n, i + 1}.publish(b, target, true)
			}
		})
	}
}

// BenchmarkOneChangeAllMade makes every page and leaves it to the writer to find that all but one are the same.
func BenchmarkOneChangeAllMade(b *testing.B) {
	for _, n := range sizes[:1] {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			target := filepath.Join(b.TempDir(), "public")
			portal{files: n}.publish(b, target, false)
			defer reportProcessor(b)()
			for i := 0; b.Loop(); i++ {
				portal{n, i + 1}.publish(b, target, false)
			}
		})
	}
}

func BenchmarkEverythingChanges(b *testing.B) {
	target := filepath.Join(b.TempDir(), "public")
	n := sizes[0]
	portal{files: n}.publish(b, target, false)
	defer reportProcessor(b)()
	for i := 0; b.Loop(); i++ {
		portal{n, n * (1 - i%2)}.publish(b, target, true)
	}
}

// BenchmarkInPlace is the floor: writing the same files over, with nothing else done.
func BenchmarkInPlace(b *testing.B) {
	dir := b.TempDir()
	p := portal{files: sizes[0]}
	for _, d := range []string{"workloads", "api/v1/workloads", "calendar"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o777); err != nil {
			b.Fatal(err)
		}
	}
	defer reportProcessor(b)()
	for first := true; b.Loop(); first = false {
		var work sync.WaitGroup
		for k := range runtime.GOMAXPROCS(0) {
			work.Go(func() {
				buf := make([]byte, 10_000)
				for i := k; i < p.files; i += runtime.GOMAXPROCS(0) {
					if err := os.WriteFile(filepath.Join(dir, p.path(i)), p.data(i, buf), 0o666); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		work.Wait()
		if first {
			b.ResetTimer()
		}
	}
}

func BenchmarkCurrent(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			target := filepath.Join(b.TempDir(), "public")
			portal{files: n}.publish(b, target, false)
			defer reportProcessor(b)()
			for b.Loop() {
				if _, ok := publish.Current(target, publish.Sum{1}); !ok {
					b.Fatal("not current")
				}
			}
		})
	}
}
