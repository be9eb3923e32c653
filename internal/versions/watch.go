package versions

import (
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// watch is what a follower looks out for in a group that its subject rests on: every change, or those that the subject can see. A
// workload sees little of what its organisations keep. Their appointments, policy and files count for it, and so do the contracts and
// acceptances of what it relies on; those of everybody else do not, and of organisation.yaml it sees the face alone ([register.Face]).
type watch struct {
	group *group
	some  bool    // not every change
	files []*file // then: those that are seen
	faces []int32 // and the states in which the organisation came to show another face
}

// after gives the first state after another in which something that is seen changed, or -1.
func (w *watch) after(state int32) int32 {
	if !w.some {
		return w.group.after(state)
	}
	next := int32(-1)
	if i, _ := slices.BinarySearch(w.faces, state+1); i < len(w.faces) {
		next = w.faces[i]
	}
	for _, f := range w.files {
		next = sooner(next, f.after(state))
	}
	return next
}

// turned tells whether the organisation shows another face than it did at a state before.
func (w *watch) turned(before, state int32) bool {
	i, _ := slices.BinarySearch(w.faces, before+1)
	return i < len(w.faces) && w.faces[i] <= state
}

// sees tells whether a change of a file would be seen.
func (w *watch) sees(f *file) bool { return !w.some || slices.Contains(w.files, f) }

// watch finds what there is to look out for. Where a workload names files of an organisation in a way that only reading them can
// settle, that is everything there.
func (f *Follower) watch() error {
	f.watches = make([]watch, len(f.touched))
	for i, g := range f.touched {
		w := &f.watches[i]
		w.group = g
		if !f.alone || f.view == nil || g.own || !strings.HasPrefix(g.name, record.Root+"/organisations/") || slices.Contains(f.files, g) || len(g.by) == 0 {
			continue
		}
		var err error
		if w.faces, err = f.history.faces(g); err != nil {
			return err
		}
		w.some = true
		for _, file := range g.files {
			if seen(g, file, f.view.Workload.Facts) {
				w.files = append(w.files, file)
			}
		}
	}
	return nil
}

// watching finds a group among what is looked out for; nil when it is not there. Most often it is in a place that is known.
func watching(list []watch, g *group, place int) *watch {
	if place < len(list) && list[place].group == g {
		return &list[place]
	}
	i := slices.IndexFunc(list, func(w watch) bool { return w.group == g })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// seen tells whether a workload sees a file of an organisation whenever it changes.
func seen(g *group, f *file, facts *record.Workload) bool {
	folder, name := path.Split(f.path[len(g.name)+1:])
	slug := strings.TrimSuffix(name, ".yaml")
	switch folder {
	case "":
		return name != "organisation.yaml" // of which the face is seen
	case "contracts/":
		return slices.ContainsFunc(facts.Suppliers, func(r record.Reliance) bool { return r.Contract == slug })
	case "suppliers/":
		return slices.ContainsFunc(facts.Suppliers, func(r record.Reliance) bool { return r.Supplier == slug })
	}
	return true
}

// faces gives the states in which an organisation came to show another face, or none. It is done once: what is found takes little room,
// and stays when the organisation is forgotten. The organisation's own record alone tells, since that is never left out.
func (h *History) faces(g *group) ([]int32, error) {
	g.facing.Lock()
	defer g.facing.Unlock()
	own := h.files[g.name+"/organisation.yaml"]
	if g.faced || own == nil {
		return g.faces, nil
	}
	var found []int32
	var shown register.Face
	for i := range own.changes {
		c := &own.changes[i]
		var now register.Face
		if c.what == load.Record {
			content, err := h.read(own, c)
			if err != nil {
				return nil, err
			}
			now = register.FaceOf(content.Record)
		}
		if now != shown {
			found, shown = append(found, c.state), now
		}
	}
	g.faces, g.faced = found, true
	return found, nil
}
