package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/signature"
)

// organisation is what the history knows of one data controller.
type organisation struct {
	n                   int
	ods, kind, name     string
	domain              string
	care                care
	uses                []*supplier
	contracts           []*contract
	accepted            map[*supplier]bool
	spells              []spell
	confirmed, listRead calendar.Date
	toolkit             []toolkitResult
	ready               calendar.Date
	closed              calendar.Date
	successor           *organisation
	workloads           []*workload
	slugs               map[string]bool
	signers             map[string]signature.Signer // by post
	rooted              bool                        // its appointments were written once
	said                string                      // digest of the registrar's last statement
}

// care is how well somebody keeps to what is due.
type care uint8

const (
	careful care = iota
	late
	careless
)

// spell is an appointment: one of the posts holds an office.
type spell struct {
	post     int
	office   string
	from, to calendar.Date
	deputy   bool
}

type toolkitResult struct {
	year      int // in which the toolkit year begins
	status    string
	published calendar.Date
}

// contract is an organisation's contract with a supplier. All run from April to March.
type contract struct {
	supplier *supplier
	year     int // in which it began
	decided  calendar.Date
	ended    bool
}

func (c *contract) id() string          { return c.supplier.slug + "-" + itoa(c.year) }
func (c *contract) from() calendar.Date { return calendar.Of(c.year, 4, 1) }
func (c *contract) to() calendar.Date   { return calendar.Of(c.year+3, 3, 31) }

// supplier is what the history knows of one supplier.
type supplier struct {
	n                  int
	slug, name         string
	country            string
	region, second     string // where it hosts
	supportFrom        string // another country with support staff; "" for none
	care               care
	clinical, patients bool
	product            string
	started            calendar.Date // before this day nothing is on record
	isoIssued          calendar.Date
	isoEdition         string
	surveillance       []calendar.Date
	gathered, watched  calendar.Date
	release            int
	released           calendar.Date
	safeRelease        int // the release that the safety case is about
	certificates       map[string]held
	principles         held
	notices            []notice
}

// notice is a supplier's notice of a change, and who has looked at it.
type notice struct {
	which int // among the titles
	on    calendar.Date
	looks []look
}

type look struct {
	ods string
	on  calendar.Date
}

// look lets an organisation look at the notice, once.
func (n *notice) look(o *organisation, on calendar.Date) {
	if !slices.ContainsFunc(n.looks, func(l look) bool { return l.ods == o.ods }) {
		n.looks = append(n.looks, look{o.ods, on})
	}
}

// held is a file of a supplier with the digest of its present bytes.
type held struct {
	path   string
	digest string
	since  calendar.Date
}

// workload is what the history knows of one workload.
type workload struct {
	n         int
	org       *organisation
	slug      string
	name      string
	formerly  string // the folder it was moved from
	care      care
	trial     bool
	class     int // I to V as 1 to 5
	personal  string
	clinical  bool
	purpose   string
	model     string
	phase     string
	created   calendar.Date
	started   calendar.Date
	ends      calendar.Date // planned closure; zero for none
	relies    *supplier
	owner     string
	note      int // how often the summary was amended
	notice    calendar.Date
	next      calendar.Date
	indexed   []string
	version   int // deployed
	safe      int // the version that the safety case is about
	limit     calendar.Window
	extended  []extension
	findings  []calendar.Date
	closed    calendar.Date
	plan      calendar.Date
	months    []month
	facts     calendar.Date // the day of data, class, places and decision
	toolkit   bool          // the decision still rests on the IG Toolkit
	extra     []int         // further risks
	transfers []transfer
	region2   calendar.Date // since when there is a second region
	impact    impact
	approvals []approval
	reviews   []review
	exception *exception
	digests   [2]string         // of the present assessment and impact assessment
	broken    string            // the record that was committed in a state that is refused
	said      map[string]string // by office: the digest of its last statement
}

type extension struct{ from, to, on calendar.Date }

type month struct {
	first    calendar.Date
	pounds   int
	recorded calendar.Date
}

type transfer struct {
	mechanism  string
	signed, to calendar.Date
}

type impact struct {
	version   int // 0 while there is none
	completed calendar.Date
	high      bool
}

type approval struct {
	office, by, decision string
	on                   calendar.Date
	covers               []covered
	moved                bool // with the workload from another place: what was signed there is only stated here
}

// covered is a record of the workload with the digest of the bytes that were decided on.
type covered struct{ name, digest string }

type review struct {
	on      calendar.Date
	office  string
	by      string
	of      string
	looked  int
	reason  string
	outcome string
	due     calendar.Date // of an action; zero for none
	done    calendar.Date
}

type exception struct{ from, to calendar.Date }

const evidence = "evidence/"

func (o *organisation) folder() string { return evidence + "organisations/" + o.ods }
func (s *supplier) folder() string     { return evidence + "suppliers/" + s.slug }
func (w *workload) folder() string     { return w.org.folder() + "/workloads/" + w.slug }

// was gives the place where one of the workload's records used to be.
func (w *workload) was(name string) string {
	if w.formerly == "" {
		return ""
	}
	return w.formerly + "/" + name
}

// at gives the place of one of the workload's records.
func (w *workload) at(name string) string { return w.folder() + "/" + name }

// name gives the place of the record in the workload's folder.
func (a approval) name() string { return "approvals/" + a.on.String() + "-" + a.office + ".yaml" }
func (r review) name() string   { return "reviews/" + r.on.String() + ".yaml" }

// covers lists the records that approvals of the workload are about, as they are now.
func (w *workload) covers() []covered {
	list := []covered{{"assessment.yaml", w.digests[0]}}
	if w.impact.version > 0 {
		list = append(list, covered{"dpia.md", w.digests[1]})
	}
	return list
}

// offices lists who decides on the workload.
func (w *workload) offices() []string {
	switch {
	case w.trial:
		return []string{"ig-lead", "sro"}
	case w.class == 5:
		return []string{"dpo", "caldicott-guardian", "iao", "siro"}
	case w.class == 4 || w.personal == "confidential-patient":
		return []string{"dpo", "caldicott-guardian", "siro"}
	}
	return []string{"dpo", "siro"}
}

// abroad tells whether data leaves the countries that are adequate without more.
func (w *workload) abroad() bool { return w.relies.country == "US" || w.relies.country == "KR" }

// holder gives the post that holds an office on a day or, while it is vacant, the one that held it last.
func (o *organisation) holder(office string, on calendar.Date) string {
	last := -1
	for _, s := range o.spells {
		if s.office == office && !s.from.After(on) {
			last = s.post
			if s.to.IsZero() || !s.to.Before(on) {
				break
			}
		}
	}
	if last < 0 {
		last = holders[office][0]
	}
	return posts[last].id
}

// contractWith gives the contract that runs with a supplier.
func (o *organisation) contractWith(s *supplier) *contract {
	for _, c := range o.contracts {
		if c.supplier == s && !c.ended {
			return c
		}
	}
	return nil
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
