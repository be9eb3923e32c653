package register

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
)

// listedKey is one key of a record, with the field that it stands in.
type listedKey struct {
	signature.Listed
	record *record.Record
	field  string
}

// keysOf lists the keys of appointments, or the witness keys of a policy.
func keysOf(r *record.Record) []listedKey {
	var list []listedKey
	add := func(owner, field string, keys []record.SigningKey) {
		for i, k := range keys {
			list = append(list, listedKey{signature.Listed{Owner: owner, Key: k.Key}, r, field + "." + strconv.Itoa(i)})
		}
	}
	switch facts := r.Value.(type) {
	case *record.Appointments:
		for i, p := range facts.People {
			add(p.ID, "people."+strconv.Itoa(i)+".keys", p.Keys)
		}
	case *record.Policy:
		for i, k := range facts.Witnesses { // every one is a witness of its own
			list = append(list, listedKey{signature.Listed{Owner: "witness " + strconv.Itoa(i), Key: k.Key}, r, "witnesses." + strconv.Itoa(i)})
		}
	}
	return list
}

// checkKeys finds keys that cannot be used: those that are none, too weak, or that stand in a list more than once. A key that
// two have would let one person count as two, so it counts for nobody.
func (j *joiner) checkKeys(list []listedKey) {
	plain := make([]signature.Listed, len(list))
	for i, k := range list {
		plain[i] = k.Listed
	}
	for _, f := range signature.CheckKeys(plain) {
		k := list[f.Index]
		switch f.Reason {
		case signature.Shared:
			j.fault(k.record.At(k.field+".key"), "shared-key", f.Text, "give everybody a key of their own", list[f.Other].record.At(list[f.Other].field))
		case signature.Twice:
			j.fault(k.record.At(k.field+".key"), "shared-key", f.Text, "delete one of the two entries", list[f.Other].record.At(list[f.Other].field))
		default:
			j.fault(k.record.At(k.field+".key"), "unusable-key", f.Text, "make a key with ssh-keygen -t ed25519 and write its public half here")
		}
	}
}

// checkLogins finds accounts that stand for two people, and names that stand for anybody.
func (j *joiner) checkLogins(r *record.Record, facts *record.Appointments) {
	type account struct{ forge, login string }
	first := make(map[account]string)
	for i, p := range facts.People {
		if strings.ContainsAny(p.ID+p.Email, "*?") {
			j.fault(r.At("people."+strconv.Itoa(i)), "wildcard", "this could stand for anybody", "name one post and its mailbox")
		}
		for k, l := range p.Logins {
			field := fmt.Sprintf("people.%d.logins.%d", i, k)
			a := account{strings.ToLower(l.Forge), strings.ToLower(l.Login)}
			if strings.ContainsAny(l.Forge+l.Login, "*?") {
				j.fault(r.At(field), "wildcard", "this could stand for anybody", "name one account on one forge")
			}
			if before, seen := first[a]; seen {
				j.fault(r.At(field), "shared-account", "this account stands here twice, so nobody can tell who reviewed", "give everybody an account of their own", r.At(before))
				continue
			}
			first[a] = field
		}
	}
}

// checkThresholds finds policies that ask for more people than there are to approve.
func (j *joiner) checkThresholds(o *Organisation) {
	people, choice := o.Policy.People()
	if choice.Record == nil || o.People == nil {
		return
	}
	governance, _, ok := o.Policy.Offices("governance")
	if !ok {
		governance = []record.Office{record.Registrar}
	}
	all, governing := make(map[string]bool), make(map[string]bool)
	for _, a := range o.People.Appointments {
		all[a.Person] = true
		if slices.Contains(governance, a.Office) {
			governing[a.Person] = true
		}
	}
	for _, n := range []struct {
		have int
		what string
	}{{len(all), "hold any office"}, {len(governing), "hold an office that approves changes of appointments and policy"}} {
		if people > n.have && n.have > 0 {
			j.fault(choice.Record.At(choice.Field), "threshold", fmt.Sprintf("this asks for %d people, and at %s only %d %s, so nothing could be approved", people, o.ID, n.have, n.what),
				"ask for fewer people, or appoint more")
			return
		}
	}
}

// checkWitnessed finds people whose key is a witness's as well: they could witness for themselves.
func (j *joiner) checkWitnessed(r *record.Record, witnesses []listedKey) {
	for _, k := range keysOf(r) {
		for _, w := range witnesses {
			if k.Key == w.Key {
				j.fault(k.record.At(k.field+".key"), "shared-key", "this is the key of a witness too, so nobody can tell who signed", "give everybody a key of their own", w.record.At(w.field))
			}
		}
	}
}

// checkShared keeps what is the repository's own out of an organisation's policy.
func (j *joiner) checkShared(r *record.Record, facts *record.Policy) {
	if addressOf(r).organisation == "" {
		return
	}
	if facts.Repository != "" {
		j.fault(r.At("repository"), "shared-only", "only the shared policy names the repository", "write it in "+record.Root+"/policy.yaml")
	}
	if len(facts.Witnesses) > 0 {
		j.fault(r.At("witnesses"), "shared-only", "only the shared policy lists the keys of witnesses", "write them in "+record.Root+"/policy.yaml")
	}
}
