package forge

import (
	"cmp"
	"slices"
)

// page is one part of a list.
type page[T any] struct {
	items []T
	next  int // number of the next page; 0 when the forge names none
	total int // entries of the whole list, where the forge counts them; 0 otherwise
}

// all reads a list to its end. A list with a hole is an error: a reminder that was overlooked would be written twice.
func all[T any](limit int, fetch func(number int) (page[T], error)) ([]T, error) {
	var out []T
	total := 0
	for number := 1; number != 0; {
		if number > limit {
			return nil, &Error{Reason: Odd, detail: "the list has more pages than are ever read"}
		}
		p, err := fetch(number)
		if err != nil {
			return nil, err
		}
		if len(p.items) == 0 && p.next != 0 || p.next != 0 && p.next <= number {
			return nil, &Error{Reason: Odd, detail: "a page of the list is missing"}
		}
		out, total = append(out, p.items...), max(total, p.total)
		if p.next == 0 && len(p.items) == PageSize {
			p.next = number + 1 // a full page that names no next one: see whether it is really the last
		}
		number = p.next
	}
	if len(out) < total {
		return nil, &Error{Reason: Odd, detail: "the list has fewer entries than the forge counts"}
	}
	return out, nil
}

// wholeList reads a list again when it had a hole: lists shift while others write to them.
func wholeList[T any](limit int, fetch func(number int) (page[T], error)) ([]T, error) {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		out, err := all(limit, fetch)
		if err == nil || attempt == attempts || !Is(err, Odd) {
			return out, err
		}
	}
}

// inOrder sorts names, each once, and leaves empty ones out.
func inOrder(names []string) []string {
	names = slices.DeleteFunc(names, func(s string) bool { return s == "" })
	slices.Sort(names)
	return slices.Compact(names)
}

// byNumber puts issues in order, each once: a list that shifts while it is read may give one twice.
func byNumber(issues []Issue) []Issue {
	slices.SortFunc(issues, func(a, b Issue) int { return cmp.Compare(a.Number, b.Number) })
	return slices.CompactFunc(issues, func(a, b Issue) bool { return a.Number == b.Number })
}
