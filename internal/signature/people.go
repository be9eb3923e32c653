package signature

import "errors"

// Listed is one key as a record lists it, with whose it is.
type Listed struct {
	Owner string // a person's id; anything, as long as two owners differ
	Key   string
}

// KeyFault says what is wrong with one listed key.
type KeyFault struct {
	Index  int    // of the key in the list
	Other  int    // of the key that it clashes with; -1 when it clashes with none
	Reason Reason // Shared when another has it, otherwise the reason of the refusal
	Text   string // a sentence without the key
}

// The reasons that only a list of keys has.
const (
	Shared Reason = "shared" // two owners have one key, so nobody knows who signed
	Twice  Reason = "twice"  // one owner has it twice, so its days contradict each other
)

// CheckKeys finds the keys of a list that cannot be used: those that are no keys, of a kind that is not accepted or too weak,
// and those that stand in the list more than once. A list holds everybody's keys, the witnesses' too: a key that two have
// would let one person count as two.
func CheckKeys(list []Listed) []KeyFault {
	var faults []KeyFault
	first := make(map[Key]int)
	for i, l := range list {
		key, err := ParseKey(l.Key)
		if err != nil {
			faults = append(faults, KeyFault{i, -1, reasonOf(err), err.Error()})
			continue
		}
		before, seen := first[key]
		switch {
		case !seen:
			first[key] = i
		case list[before].Owner == l.Owner:
			faults = append(faults, KeyFault{i, before, Twice, "this key stands here twice"})
		default:
			faults = append(faults, KeyFault{i, before, Shared, "somebody else has this key as well, so nobody can tell who signed"})
		}
	}
	return faults
}

func reasonOf(err error) Reason {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal.Reason
	}
	return Broken
}
