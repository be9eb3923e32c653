package schema

import (
	"encoding/binary"
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"
	"unicode/utf8"
)

// automaton is a pattern of text, matched by one table look-up for each character. It answers exactly as package regexp does, which is also
// what CUE uses, and hands over to it what the table does not know.
type automaton struct {
	re    *regexp.Regexp
	build sync.Once

	table    bool // whether there is one
	plain    bool // it tells no characters beyond ASCII apart; otherwise such text goes to re
	classes  [beyond + 1]uint8
	width    int      // number of classes
	next     []uint16 // by state and class
	accepted []bool   // by state: the text may end here
}

const (
	beyond    = utf8.RuneSelf // stands for every character beyond ASCII
	maxStates = 2000

	// The first two states are left for good once they are entered.
	refusing  = 0
	accepting = 1
	starting  = 2
)

func newAutomaton(source string) (*automaton, error) {
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, err
	}
	return &automaton{re: re}, nil
}

func (a *automaton) matches(s string) bool {
	a.build.Do(a.compile)
	if !a.table {
		return a.re.MatchString(s)
	}
	state := starting
	for i := 0; i < len(s); {
		class := a.classes[beyond]
		if c := s[i]; c < beyond {
			class = a.classes[c]
			i++
		} else {
			if !a.plain {
				return a.re.MatchString(s)
			}
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
		}
		state = int(a.next[state*a.width+int(class)])
		if state <= accepting {
			return state == accepting
		}
	}
	return a.accepted[state]
}

// compile fills the table, by the construction of subsets. Where it would be large, or the pattern asks about words or lines,
// there is none.
func (a *automaton) compile() {
	parsed, err := syntax.Parse(a.re.String(), syntax.Perl)
	if err != nil {
		return
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return
	}
	for i := range program.Inst {
		if in := &program.Inst[i]; in.Op == syntax.InstEmptyWidth && syntax.EmptyOp(in.Arg)&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0 {
			return
		}
	}
	a.classify(program)
	s := subsets{program: program, known: make(map[string]uint16), sets: make([][]uint32, starting, starting+64)}
	s.sets = append(s.sets, s.closure([]uint32{uint32(program.Start)}, syntax.EmptyBeginText))
	a.next = make([]uint16, starting*a.width, 64*a.width)
	for class := range a.width { // they are never left
		a.next[accepting*a.width+class] = accepting
	}
	samples := a.samples()
	for state := starting; state < len(s.sets); state++ {
		if len(s.sets) > maxStates {
			a.next = nil
			return
		}
		for _, r := range samples {
			a.next = append(a.next, s.step(s.sets[state], r))
		}
	}
	a.accepted = make([]bool, len(s.sets))
	for state := starting; state < len(s.sets); state++ {
		at := syntax.EmptyEndText
		if state == starting {
			at |= syntax.EmptyBeginText
		}
		a.accepted[state] = s.matched(s.closure(s.sets[state], at))
	}
	a.table = !s.matched(s.sets[starting]) // a pattern that fits everything is not worth a table
}

// classify puts characters that no instruction tells apart into one class.
func (a *automaton) classify(program *syntax.Prog) {
	a.plain, a.width = true, 1
	seen := make(map[string]bool)
	for i := range program.Inst {
		in := &program.Inst[i]
		switch in.Op {
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		default:
			continue
		}
		key := string(append([]rune{rune(in.Op), rune(in.Arg)}, in.Rune...))
		if seen[key] {
			continue
		}
		seen[key] = true
		a.plain = a.plain && sameBeyond(in)
		a.split(in)
	}
}

// split divides the classes by what one instruction matches.
func (a *automaton) split(in *syntax.Inst) {
	type half struct {
		class   uint8
		matches bool
	}
	numbers := make(map[half]uint8)
	for c := range a.classes {
		h := half{a.classes[c], in.MatchRune(rune(c))}
		n, ok := numbers[h]
		if !ok {
			n = uint8(len(numbers))
			numbers[h] = n
		}
		a.classes[c] = n
	}
	a.width = len(numbers)
}

// sameBeyond reports whether an instruction matches all characters beyond ASCII or none of them.
func sameBeyond(in *syntax.Inst) bool {
	if in.Op == syntax.InstRuneAny || in.Op == syntax.InstRuneAnyNotNL {
		return true
	}
	if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
		return false // the sign for kelvin is a k
	}
	if len(in.Rune) == 1 {
		return in.Rune[0] < beyond
	}
	for i := 0; i+1 < len(in.Rune); i += 2 {
		low, high := in.Rune[i], in.Rune[i+1]
		if high >= beyond && (low > beyond || high != utf8.MaxRune) {
			return false
		}
	}
	return true
}

// samples gives one character of each class.
func (a *automaton) samples() []rune {
	out := make([]rune, a.width)
	for c := len(a.classes) - 1; c >= 0; c-- {
		out[a.classes[c]] = rune(c)
	}
	return out
}

// subsets are the sets of instructions that a program can be at after some text, each one a state.
type subsets struct {
	program *syntax.Prog
	sets    [][]uint32
	known   map[string]uint16
}

// closure adds what can be reached without reading a character. What waits for a place in the text that is not here stays.
func (s *subsets) closure(from []uint32, at syntax.EmptyOp) []uint32 {
	var out []uint32
	seen := make(map[uint32]bool)
	var visit func(pc uint32)
	visit = func(pc uint32) {
		if seen[pc] {
			return
		}
		seen[pc] = true
		switch in := &s.program.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			visit(in.Out)
			visit(in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			visit(in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^at == 0 {
				visit(in.Out)
			}
			if syntax.EmptyOp(in.Arg)&syntax.EmptyBeginText == 0 || at&syntax.EmptyBeginText != 0 {
				out = append(out, pc) // the end may still come
			}
		case syntax.InstFail:
		default:
			out = append(out, pc)
		}
	}
	for _, pc := range from {
		visit(pc)
	}
	slices.Sort(out)
	return out
}

func (s *subsets) matched(set []uint32) bool {
	return slices.ContainsFunc(set, func(pc uint32) bool { return s.program.Inst[pc].Op == syntax.InstMatch })
}

// step returns the state after a character. A match may begin at any character.
func (s *subsets) step(set []uint32, r rune) uint16 {
	var reached []uint32
	for _, pc := range set {
		switch in := &s.program.Inst[pc]; in.Op {
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if in.MatchRune(r) {
				reached = append(reached, in.Out)
			}
		}
	}
	reached = s.closure(append(reached, uint32(s.program.Start)), 0)
	switch {
	case s.matched(reached):
		return accepting
	case len(reached) == 0:
		return refusing
	}
	key := make([]byte, 0, 4*len(reached))
	for _, pc := range reached {
		key = binary.BigEndian.AppendUint32(key, pc)
	}
	state, ok := s.known[string(key)]
	if !ok {
		state = uint16(len(s.sets))
		s.known[string(key)] = state
		s.sets = append(s.sets, reached)
	}
	return state
}
