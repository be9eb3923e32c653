package report_test

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/timeline"
	"example.org/muniment/internal/versions"
	"example.org/muniment/schemas"
)

// made is what is made of the repository's living example, subject by subject.
type made struct {
	catalogue *obligation.Catalogue
	shares    []*report.Share
	whole     *report.Report
}

func bySubject(t *testing.T) made {
	t.Helper()
	loaded, err := load.Tree(context.Background(), os.DirFS("../.."), load.Options{})
	check(err)
	catalogue, err := obligation.Load(schemas.FS)
	check(err)
	registers, err := law.Load(schemas.FS)
	check(err)
	reg := loaded.Register
	assessment := assess.On(today, reg, catalogue, registers)
	last := today.AddMonths(12)
	reader, err := load.NewReader(load.Options{})
	check(err)
	now, err := versions.Snapshot(context.Background(), os.DirFS("../.."), reader, today)
	check(err)
	lines, err := timeline.Build(context.Background(), assess.NewRules(catalogue, registers), now, last.AddDays(1))
	check(err)
	origin := report.Origin{Version: report.Version, AsOf: today}
	whole := report.New(report.Inputs{Origin: origin, Assessment: assessment, Catalogue: catalogue, Law: registers, Findings: loaded.Findings})
	whole.Forecast = report.NewForecast(lines, today, last)
	m := report.NewMaker(report.Frame{Origin: origin, Catalogue: catalogue, Law: registers, Status: func(kind obligation.SubjectKind, id string) report.Status {
		return report.StatusOf(assessment.Subject(kind, id))
	}})
	held := func(kind obligation.SubjectKind, id string) report.Held {
		h := report.Held{Register: reg, Judged: assessment.Subject(kind, id)}
		if line := lines.Of(kind, id); line != nil {
			h.Coming = report.ComingOf(line, today, last)
		}
		return h
	}
	out := made{catalogue: catalogue, whole: whole}
	for _, w := range reg.Workloads {
		detail, share := m.Workload(w, held(obligation.OfWorkload, w.ID))
		out.shares = append(out.shares, share)
		for i := range whole.Workloads {
			if whole.Workloads[i].ID == w.ID {
				if diff := cmp.Diff(&whole.Workloads[i], detail); diff != "" {
					t.Errorf("%s alone is told otherwise: %s", w.ID, diff)
				}
			}
		}
	}
	for _, o := range reg.Organisations {
		_, share := m.Organisation(o, held(obligation.OfOrganisation, o.ID))
		out.shares = append(out.shares, share)
	}
	workloads := report.NewGathering(catalogue)
	for _, share := range out.shares {
		workloads.Add(share)
	}
	for _, s := range reg.Suppliers {
		in := held(obligation.OfSupplier, s.ID)
		in.Owed = workloads.Owed
		_, share := m.Supplier(s, in)
		out.shares = append(out.shares, share)
	}
	for _, c := range reg.Contracts {
		_, share := m.Contract(c, held(obligation.OfContract, c.ID))
		out.shares = append(out.shares, share)
	}
	for _, f := range reg.Footprints {
		_, share := m.Footprint(f, held(obligation.OfFootprint, f.ID))
		out.shares = append(out.shares, share)
	}
	return out
}

// TestListsAreTheSameInAnyOrder gathers the shares of all subjects in several orders, and after they were kept: the
// lists are always those of the whole report.
func TestListsAreTheSameInAnyOrder(t *testing.T) {
	m := bySubject(t)
	want := report.ListsOf(m.whole)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 4 {
		g := report.NewGathering(m.catalogue)
		for _, share := range m.shares {
			if round%2 == 0 {
				g.Add(share)
				continue
			}
			packed, parcel := report.Pack(share), report.ParcelOf(share)
			for _, harmed := range [][]byte{nil, packed[:len(packed)-1], packed[:len(packed)/2], append(packed[:len(packed):len(packed)], 0)} {
				if g.AddPacked(report.Packed{Parcel: parcel, Share: packed}, report.Packed{Parcel: parcel, Share: harmed}) {
					t.Fatalf("%d bytes of %d are taken for a share", len(harmed), len(packed))
				}
			}
			if !g.AddPacked(report.Packed{Parcel: parcel, Share: packed}) {
				t.Fatal("a packed share is not taken for one")
			}
			clear(packed)
		}
		got := g.Lists(m.whole.Findings)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(report.Lists{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("round %d (-whole +gathered): %s", round, diff)
		}
		for i, o := range want.Obligations {
			if diff := cmp.Diff(want.Under(i, nil), got.Under(i, nil), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("round %d, %s (-whole +gathered): %s", round, o.ID, diff)
			}
		}
		random.Shuffle(len(m.shares), func(i, k int) { m.shares[i], m.shares[k] = m.shares[k], m.shares[i] })
	}
}

func TestChangesAreWhereTheStatusBecomesAnother(t *testing.T) {
	state := func(from, state string, ahead bool) report.Segment {
		return report.Segment{From: day(from), State: state, Ahead: ahead, Causes: []report.Cause{{Kind: "commit", Commit: &report.Commit{ID: "1", Files: []report.Change{{Path: "a"}}}}}}
	}
	r := &report.Report{Workloads: []report.Workload{
		{ID: "Z/a", Name: "A", Timeline: &report.Timeline{Segments: []report.Segment{
			state("2025-01-01", "gap", false), state("2025-02-01", "gap", false), state("2025-03-01", "met", false), state("2025-04-01", "", false), state("2026-12-01", "gap", true),
		}}},
		{ID: "Z/b", Name: "B", Timeline: &report.Timeline{Segments: []report.Segment{state("2025-03-01", "met", false)}}},
		{ID: "Z/c", Name: "C"},
	}}
	var got []string
	for _, c := range report.ListsOf(r).Changes {
		got = append(got, c.On.String()+" "+c.Subject.ID+" "+c.From+">"+c.To)
		if len(c.Causes) != 1 || len(c.Causes[0].Commit.Files) != 0 {
			t.Errorf("%s: %+v", c.On, c.Causes)
		}
	}
	want := []string{"2025-04-01 Z/a met>", "2025-03-01 Z/a gap>met", "2025-03-01 Z/b >met", "2025-01-01 Z/a >gap"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnOriginOfWhatRestsOnNothingNewer(t *testing.T) {
	o := report.Origin{Version: report.Version, AsOf: today, KnownAt: "bbbb", KnownDay: today, Evidence: "e", Command: "muniment build --as-of 2026-11-22 --known-at bbbb"}
	older := &report.Commit{ID: "aaaa", Day: day("2026-01-01")}
	want := o
	want.KnownAt, want.KnownDay, want.Evidence, want.Command = "aaaa", day("2026-01-01"), "", "muniment build --as-of 2026-11-22 --known-at aaaa"
	dirty, folder := o, report.Origin{AsOf: today, Command: "muniment build --worktree"}
	dirty.Dirty = true
	for claim, c := range map[string]struct{ got, want report.Origin }{
		"names the commit, not the evidence as a whole": {o.At(older), want},
		"is the origin itself without a commit":         {o.At(nil), o},
		"is the origin itself with uncommitted changes": {dirty.At(older), dirty},
		"is the origin itself outside git":              {folder.At(older), folder},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s: %s", claim, diff)
		}
	}
}
