package versions

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// moment is the evidence at one state as it is seen from some records. It notes which groups were looked at: while none of
// them changes, the records join as they did.
type moment struct {
	history *History
	state   int32
	desk    *Desk // nil when only shared groups are read
	home    *group
	touched []*group
	files   []*group // of them, those whose files were compared
	depth   depth
	wide    bool     // what organisations looked at in turn is noted too
	parts   []placed // that were looked at
	err     error
}

// placed is a part and the group that it is of. It stays the same for a moment, though what was joined may be forgotten meanwhile: what is one
// thing must not come to be two.
type placed struct {
	group *group
	part  *part
}

// depth is how far a moment follows what records name. Whether an organisation or workload exists that a supplier's or an
// organisation's own record names matters to a finding only.
type depth uint8

const (
	shallow depth = iota // organisations and workloads are taken for granted
	near                 // organisations are joined, workloads are taken for granted
	deep                 // workloads are joined too
)

func (m *moment) touch(g *group) {
	if g != nil && g != m.home && !slices.Contains(m.touched, g) {
		m.touched = append(m.touched, g)
	}
}

func (m *moment) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// group finds a group by the path of one of its files; nil for one that never was, which is noted too: it may come to be.
func (m *moment) group(path string) *group {
	name := Group(path)
	g := m.history.groups[name]
	if g == nil {
		m.touch(m.history.never(name))
		return nil
	}
	m.touch(g)
	return g
}

func (m *moment) read(f *file, c *change) load.Content {
	var content load.Content
	var err error
	if m.desk != nil {
		content, err = m.desk.read(f, c)
	} else {
		content, err = m.history.read(f, c)
	}
	if err != nil {
		m.fail(err)
	}
	return content
}

// File implements [register.Around].
func (m *moment) File(path string) (string, bool) {
	if g := m.group(path); g != nil && g != m.home && !slices.Contains(m.files, g) {
		m.files = append(m.files, g)
	}
	f := m.history.files[path]
	if f == nil {
		return "", false
	}
	c := f.at(m.state)
	if c == nil || c.what == load.Nothing {
		return "", false
	}
	return m.read(f, c).Digest, true
}

// Policy implements [register.Around].
func (m *moment) Policy() *record.Record {
	const path = record.Root + "/policy.yaml"
	m.group(path)
	if f := m.history.files[path]; f != nil {
		if c := f.at(m.state); c != nil {
			return m.read(f, c).Record
		}
	}
	return nil
}

// Organisation implements [register.Around].
func (m *moment) Organisation(ods string) *register.Organisation {
	if m.depth == shallow {
		if m.home != nil && m.home.name == record.Root+"/organisations/"+ods {
			return nil // its own record is not among those that are joined, so there is none
		}
		return &register.Organisation{ID: ods}
	}
	p := m.part(record.Root + "/organisations/" + ods + "/organisation.yaml")
	if p == nil || len(p.reg.Organisations) == 0 {
		return nil
	}
	if m.wide {
		m.rest(p)
	}
	return p.reg.Organisations[0]
}

// Supplier implements [register.Around].
func (m *moment) Supplier(id string) *register.Supplier {
	if p := m.part(record.Root + "/suppliers/" + id + "/supplier.yaml"); p != nil && len(p.reg.Suppliers) > 0 {
		return p.reg.Suppliers[0]
	}
	return nil
}

// Workload implements [register.Around]. What another workload needs in turn is not looked at.
func (m *moment) Workload(id string) *register.Workload {
	if m.depth != deep {
		return &register.Workload{ID: id}
	}
	ods, slug, ok := strings.Cut(id, "/")
	if !ok {
		return nil
	}
	g := m.group(record.Root + "/organisations/" + ods + "/workloads/" + slug + "/workload.yaml")
	if g == nil {
		return nil
	}
	inner := &moment{history: m.history, state: m.state, desk: m.desk, home: g, depth: near, parts: m.parts}
	reg := inner.join(g)
	m.parts = inner.parts
	for _, t := range inner.touched {
		m.touch(t)
	}
	if inner.err != nil {
		m.fail(inner.err)
	}
	if len(reg.Workloads) == 0 {
		return nil
	}
	return reg.Workloads[0]
}

// Claimed implements [register.Around].
func (m *moment) Claimed(formerly, before string) bool {
	for _, c := range m.history.index.claims[formerly] {
		m.group(c.file.path)
	}
	return m.history.claimed(formerly, before, m.state)
}

// join joins the records of a group.
func (m *moment) join(g *group) *register.Register {
	var records []*record.Record
	files := make(map[string]string, len(g.files))
	var paths []string // of what ought to be a record
	for _, f := range g.files {
		c := f.at(m.state)
		if c == nil || c.what == load.Nothing {
			continue
		}
		content := m.read(f, c)
		files[f.path] = content.Digest
		if content.Record != nil {
			records = append(records, content.Record)
		}
		if c.record {
			paths = append(paths, f.path)
		}
	}
	var sound map[*record.Record]register.Soundness
	if m.desk != nil {
		sound = m.desk.sound
	}
	reg := register.Part(records, files, m, sound)
	if len(reg.Records) < len(paths) {
		for _, p := range paths {
			if reg.At(p) == nil {
				reg.LeftOut = append(reg.LeftOut, p)
			}
		}
		slices.Sort(reg.LeftOut)
	}
	return reg
}

// part is a shared group as it was joined, from one state up to another.
type part struct {
	from, until int32 // until is -1 when nothing changes any more
	reg         *register.Register
	touched     []*group
}

// part gives the part of a register that the group of a path makes; nil for a group that never was.
func (m *moment) part(path string) *part {
	g := m.group(path)
	if g == nil {
		return nil
	}
	for _, one := range m.parts {
		if one.group == g {
			return one.part
		}
	}
	p, err := m.history.partOf(g, m.state)
	if err != nil {
		m.fail(err)
	}
	m.parts = append(m.parts, placed{g, p})
	return p
}

// partOf joins a shared group, once for all states in which nothing that it looks at changes.
func (h *History) partOf(g *group, state int32) (*part, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	after, _ := slices.BinarySearchFunc(g.parts, state+1, func(p *part, s int32) int { return cmp.Compare(p.from, s) })
	if after > 0 {
		if p := g.parts[after-1]; p.until < 0 || state < p.until {
			return p, nil
		}
	}
	m := &moment{history: h, state: state, home: g}
	if strings.HasPrefix(g.name, record.Root+"/footprints/") {
		m.depth, m.wide = near, true // its leader's policy holds for it
	}
	p := &part{reg: m.join(g), touched: m.touched}
	p.from, p.until = g.since(state), g.after(state)
	for _, t := range m.touched {
		p.from, p.until = max(p.from, t.since(state)), sooner(p.until, t.after(state))
	}
	g.parts = slices.Insert(g.parts, after, p)
	return p, m.err
}

// sooner is the earlier of two states, of which either may be none.
func sooner(a, b int32) int32 {
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}
