package site

import (
	"html/template"
	"slices"
	"strings"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// The chart of certificates has a line of words and a bar for each, all on one axis. Lengths are shares of the width, as in the
// picture of a timeline; the table below it says the same.
const (
	certificateRow = 40 // pixels, words and bar
	certificateBar = 14
)

var (
	certificatesTitle = say("supplier.chart", "supplier", "from", "to")
	uprightLine       = say("supplier.upright-line")
	schemeNoEnd       = say("supplier.scheme-no-end", "scheme")
	schemeNone        = say("supplier.scheme-none", "scheme")
	schemeUntil       = say("supplier.scheme-until", "scheme", "date")
)

// DrawCertificates draws how long each certificate is good for.
func (s supplierPage) DrawCertificates() template.HTML {
	asOf := s.portal.frame.Origin.AsOf
	a, ok := certificateAxis(s.Certificates, asOf)
	if !ok {
		return ""
	}
	m := s.draw()
	schemes := byScheme(s.Certificates)
	foot := len(schemes)*certificateRow + 12
	m.raw(`<svg class="muniment-timeline" width="100%" height="`)
	m.number(foot + 24)
	m.raw(`" role="img" aria-labelledby="certificates-title certificates-words">`, "\n", `<title id="certificates-title">`)
	m.say(certificatesTitle, plain(s.Name), longDay(a.from), longDay(a.to))
	m.raw(`</title>`, "\n", `<desc id="certificates-words">`)
	for i := range s.Certificates {
		m.goodUntil(&s.Certificates[i])
		m.raw(" ")
	}
	m.raw("</desc>\n")
	for i, list := range schemes {
		m.raw(`<text x="0" y="`)
		m.number(i*certificateRow + 14)
		m.raw(`">`)
		m.inForce(list)
		m.raw("</text>\n")
		for _, c := range list {
			m.certificate(a, c, i*certificateRow)
		}
	}
	m.certificateYears(a, foot)
	m.raw(`<line class="muniment-timeline__today" x1="`)
	m.share(a.at(asOf))
	m.raw(`" x2="`)
	m.share(a.at(asOf))
	m.raw(`" y1="0" y2="`)
	m.number(foot)
	m.raw("\"></line>\n</svg>\n<p class=\"muniment-meta\">")
	m.say(uprightLine)
	m.raw("</p>\n")
	return m.done()
}

// certificateAxis reaches from the first day of issue to the last end, and a year past the day judged at least.
func certificateAxis(list []report.Certificate, asOf calendar.Date) (axis, bool) {
	from, to := asOf, asOf.AddMonths(aheadMonths)
	for _, c := range list {
		if !c.Issued.IsZero() && c.Issued.Before(from) {
			from = c.Issued
		}
		if c.Until.After(to) {
			to = c.Until
		}
	}
	return newAxis(from, to), len(list) > 0
}

// byScheme puts certificates of one scheme on one line, in the order in which schemes come.
func byScheme(list []report.Certificate) [][]*report.Certificate {
	var out [][]*report.Certificate
	at := map[string]int{}
	for i := range list {
		c := &list[i]
		n, ok := at[c.Scheme]
		if !ok {
			n = len(out)
			at[c.Scheme], out = n, append(out, nil)
		}
		out[n] = append(out[n], c)
	}
	return out
}

// inForce says how long the certificates of one scheme are in force, from the day judged on.
func (m *markup) inForce(list []*report.Certificate) {
	scheme := plain(list[0].Scheme)
	var last calendar.Date
	current := false
	for _, c := range list {
		if !c.Current {
			continue
		}
		if c.Until.IsZero() {
			m.say(schemeNoEnd, scheme)
			return
		}
		if current = true; c.Until.After(last) {
			last = c.Until
		}
	}
	if !current {
		m.say(schemeNone, scheme)
		return
	}
	m.say(schemeUntil, scheme, longDay(last.AddDays(-1)))
}

// What the bar of a certificate shows, by whether its first day and its last are known, and whether it is in force.
var (
	barPlain     = say("supplier.bar", "scheme")
	barFrom      = say("supplier.bar-from", "scheme", "from")
	barUntil     = say("supplier.bar-until", "scheme", "last")
	barFromUntil = say("supplier.bar-from-until", "scheme", "from", "last")
	barNot       = say("supplier.bar-not-in-force", "bar")
	barIs        = say("supplier.bar-in-force", "bar")
)

// goodUntil says of a certificate what its bar shows.
func (m *markup) goodUntil(c *report.Certificate) {
	bar := written(func() {
		scheme := plain(c.Scheme)
		switch last := longDay(c.Until.AddDays(-1)); {
		case c.Issued.IsZero() && c.Until.IsZero():
			m.say(barPlain, scheme)
		case c.Issued.IsZero():
			m.say(barUntil, scheme, last)
		case c.Until.IsZero():
			m.say(barFrom, scheme, longDay(c.Issued))
		default:
			m.say(barFromUntil, scheme, longDay(c.Issued), last)
		}
	})
	if c.Current {
		m.say(barIs, bar)
	} else {
		m.say(barNot, bar)
	}
}

func (m *markup) certificate(a axis, c *report.Certificate, top int) {
	m.goodFor(a, c.Issued, c.Until, c.Current, top+20, certificateBar)
	m.raw("</rect>\n")
}

// goodFor begins the bar of a certificate, from its first day to its last as far as the axis goes. The caller ends it.
func (m *markup) goodFor(a axis, issued, until calendar.Date, current bool, top, height int) {
	from, to, state := a.from, a.to, "met"
	if issued.After(a.from) {
		from = issued
	}
	if !until.IsZero() {
		to = until
	}
	if !current {
		state = "overdue"
	}
	x := a.at(from)
	m.raw(`<rect class="`, stateClass(state), `" x="`)
	m.share(x)
	m.raw(`" y="`)
	m.number(top)
	m.raw(`" width="`)
	m.share(max(a.at(to)-x, 20))
	m.raw(`" height="`)
	m.number(height)
	m.raw(`">`)
}

func (m *markup) certificateYears(a axis, foot int) {
	step := 12 * max(1, a.days/365/6)
	for d := calendar.Of(a.from.Year()+1, time.January, 1); d.Before(a.to); d = d.AddMonths(step) {
		m.raw(`<line class="muniment-timeline__tick" x1="`)
		m.share(a.at(d))
		m.raw(`" x2="`)
		m.share(a.at(d))
		m.raw(`" y1="`)
		m.number(foot - 6)
		m.raw(`" y2="`)
		m.number(foot)
		m.raw(`"></line><text x="`)
		m.share(a.at(d))
		m.raw(`" y="`)
		m.number(foot + 16)
		m.raw(`" text-anchor="middle">`)
		m.number(d.Year())
		m.raw("</text>\n")
	}
}

// lapse is what turns when a certificate ends.
type lapse struct {
	Certificate *report.Certificate
	Last        calendar.Date
	Turns       []*report.Verdict // that rest on it, with what they become
}

// Lapses tells of every certificate in force that ends what turns then, the first to end first.
func (s supplierPage) Lapses() []lapse {
	var out []lapse
	for i := range s.Certificates {
		c := &s.Certificates[i]
		if !c.Current || c.Until.IsZero() {
			continue
		}
		one := lapse{Certificate: c, Last: c.Until.AddDays(-1)}
		for j := range s.Supplier.Verdicts {
			v := &s.Supplier.Verdicts[j]
			if v.Due != nil && v.AliasOf == "" && restsOn(v, c.Path) {
				one.Turns = append(one.Turns, v)
			}
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b lapse) int { return a.Last.Compare(b.Last) })
	return out
}

// restsOn tells whether the day on which a verdict turns was set by a file.
func restsOn(v *report.Verdict, path string) bool {
	return v.Due.Place == path || strings.HasPrefix(v.Due.Place, path+":")
}
