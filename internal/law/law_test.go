package law_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/record"
	"example.org/muniment/schemas"
)

var load = sync.OnceValues(func() (*law.Law, error) { return law.Load(schemas.FS) })

func registers(t *testing.T) *law.Law {
	t.Helper()
	l, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func date(s string) calendar.Date {
	if s == "" {
		return calendar.Date{}
	}
	return calendar.MustParse(s)
}

func period(s string) calendar.Period {
	p, err := calendar.ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

func TestBasisIsJudgedByTheLawOfTheDay(t *testing.T) {
	t.Parallel()
	l := registers(t)
	for _, c := range []struct {
		claim, country, day string
		kind                law.BasisKind
		until               string
	}{
		{"the UK is itself before it left the European Union", "GB", "2019-06-01", law.UK, ""},
		{"the UK is itself on the day after it left", "GB", "2020-02-01", law.UK, ""},
		{"a member of the EEA", "IE", "2026-11-22", law.EEA, ""},
		{"a member of the EEA outside the European Union", "NO", "2018-01-19", law.EEA, ""},
		{"Croatia the day before it joined", "HR", "2013-06-30", law.NoBasis, "2013-07-01"},
		{"Croatia on the day it joined", "HR", "2013-07-01", law.EEA, ""},
		{"Switzerland by the Commission's list", "CH", "2020-12-30", law.Adequate, ""},
		{"Switzerland by the UK's own list", "CH", "2020-12-31", law.Adequate, ""},
		{"Gibraltar while European law held there", "GI", "2020-12-30", law.EEA, "2020-12-31"},
		{"Gibraltar by the UK's own list", "GI", "2020-12-31", law.Adequate, ""},
		{"Japan the day before the Commission's decision", "JP", "2019-01-22", law.NoBasis, "2019-01-23"},
		{"Japan on the day of the Commission's decision", "JP", "2019-01-23", law.AdequateScoped, ""},
		{"Japan under UK law", "JP", "2021-01-01", law.AdequateScoped, ""},
		{"Canada needs evidence of scope", "CA", "2026-11-22", law.AdequateScoped, ""},
		{"South Korea the day before", "KR", "2022-12-18", law.NoBasis, "2022-12-19"},
		{"South Korea on the day", "KR", "2022-12-19", law.AdequateScoped, ""},
		{"the US the day before the Privacy Shield", "US", "2016-07-11", law.NoBasis, "2016-07-12"},
		{"the US on the first day of the Privacy Shield", "US", "2016-07-12", law.AdequateScoped, "2020-07-17"},
		{"the US on the last day of the Privacy Shield", "US", "2020-07-16", law.AdequateScoped, "2020-07-17"},
		{"the US the day after it", "US", "2020-07-17", law.NoBasis, "2023-10-12"},
		{"the US when the UK's own list began", "US", "2020-12-31", law.NoBasis, "2023-10-12"},
		{"the US the day before the data bridge", "US", "2023-10-11", law.NoBasis, "2023-10-12"},
		{"the US on the first day of the data bridge", "US", "2023-10-12", law.AdequateScoped, ""},
		{"the Faroe Islands by the Commission's list", "FO", "2020-12-30", law.Adequate, ""},
		{"a country that no list names", "IN", "2026-11-22", law.NoBasis, ""},
	} {
		b := l.Basis(c.country, date(c.day))
		if b.Kind != c.kind || b.Until != date(c.until) {
			t.Errorf("%s: %s until %q, want %s until %q: %s", c.claim, b.Kind, b.Until, c.kind, c.until, b.Text)
		}
	}
}

func TestNoDayBetweenPrivacyShieldAndDataBridgeIsAdequate(t *testing.T) {
	t.Parallel()
	l := registers(t)
	for day := date("2020-07-17"); day.Before(date("2023-10-12")); day = day.AddDays(1) {
		if b := l.Basis("US", day); b.Kind != law.NoBasis {
			t.Fatalf("%s: %s", day, b.Text)
		}
	}
}

func TestABasisHoldsUntilTheDayItNames(t *testing.T) {
	t.Parallel()
	l := registers(t)
	for code := range l.Jurisdictions {
		for _, day := range append(l.Changes(date("2000-01-01"), calendar.Date{}), date("2000-01-01")) {
			b := l.Basis(code, day)
			if b.Until.IsZero() {
				continue
			}
			if last := l.Basis(code, b.Until.AddDays(-1)); last.Kind != b.Kind {
				t.Errorf("%s on %s holds until %s and is %s the day before", code, day, b.Until, last.Kind)
			}
			if next := l.Basis(code, b.Until); next.Kind == b.Kind && next.Scope == b.Scope {
				t.Errorf("%s on %s is still %s on %s", code, day, b.Kind, b.Until)
			}
		}
	}
}

func TestBasisSaysWhy(t *testing.T) {
	t.Parallel()
	l := registers(t)
	for _, c := range []struct{ country, day, want string }{
		{"FR", "2026-11-22", "France is in the European Economic Area."},
		{"CH", "2026-11-22", "Switzerland is adequate under UK law since 31 December 2020."},
		{"CH", "2019-06-01", "Switzerland is adequate under a decision of the European Commission since 26 July 2000."},
		{"US", "2024-01-01", "The United States is adequate under UK law since 12 October 2023, but only for recipients certified to the Data Privacy Framework and to its UK Extension."},
		{"US", "2021-01-01", "The United States is neither in the UK or the European Economic Area nor adequate under UK law; it was until 16 July 2020, for firms certified to the Privacy Shield; hospitals and charities could not join."},
		{"IN", "2018-02-01", "India is neither in the UK or the European Economic Area nor adequate under the European Commission's list."},
		{"FO", "2026-11-22", "The Faroe Islands are adequate under UK law since 31 December 2020; this is unverified and must be confirmed."},
	} {
		if diff := cmp.Diff(c.want, l.Basis(c.country, date(c.day)).Text); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", c.country, c.day, diff)
		}
	}
}

func TestMechanismsStandOnlyInTheirTime(t *testing.T) {
	t.Parallel()
	l := registers(t)
	for _, c := range []struct {
		claim, key, signed, day, country string
		ok                               bool
		until                            string
	}{
		{"the Privacy Shield the day before it began", "privacy-shield", "2016-07-11", "2016-08-01", "US", false, ""},
		{"the Privacy Shield on its first day", "privacy-shield", "2016-07-12", "2016-07-12", "US", true, "2020-07-17"},
		{"the Privacy Shield on its last day", "privacy-shield", "2018-05-25", "2020-07-16", "US", true, "2020-07-17"},
		{"the Privacy Shield the day after", "privacy-shield", "2018-05-25", "2020-07-17", "US", false, "2020-07-17"},
		{"the Privacy Shield for another country", "privacy-shield", "2018-05-25", "2019-01-01", "IN", false, ""},
		{"the IDTA the day before it was in force", "idta", "2022-03-20", "2022-04-01", "US", false, ""},
		{"the IDTA on its first day", "idta", "2022-03-21", "2022-03-21", "US", true, ""},
		{"the UK Addendum in any country", "uk-addendum", "2023-01-01", "2026-11-22", "IN", true, ""},
		{"old clauses signed on the last day for signing", "eu-scc-2001-2010", "2022-09-21", "2022-09-21", "US", true, "2024-03-21"},
		{"old clauses signed a day too late", "eu-scc-2001-2010", "2022-09-22", "2022-09-22", "US", false, ""},
		{"old clauses on their last good day", "eu-scc-2001-2010", "2015-01-01", "2024-03-20", "US", true, "2024-03-21"},
		{"old clauses on the day they stop", "eu-scc-2001-2010", "2015-01-01", "2024-03-21", "US", false, "2024-03-21"},
		{"the data bridge the day before", "data-bridge", "2023-10-11", "2023-10-12", "US", false, ""},
		{"the data bridge on its first day", "data-bridge", "2023-10-12", "2023-10-12", "US", true, ""},
		{"a signature still ahead", "idta", "2026-12-01", "2026-11-22", "US", false, ""},
		{"binding corporate rules", "bcr", "2017-01-01", "2026-11-22", "IN", true, ""},
		{"something unknown", "handshake", "2026-01-01", "2026-11-22", "US", false, ""},
	} {
		ok, until, text := l.Mechanism(c.key).Stands(date(c.signed), date(c.day), c.country)
		if ok != c.ok || until != date(c.until) {
			t.Errorf("%s: %v until %q, want %v until %q: %s", c.claim, ok, until, c.ok, c.until, text)
		}
	}
}

func TestARiskAssessmentIsNeededSinceTheJudgment(t *testing.T) {
	t.Parallel()
	l := registers(t)
	got := make(map[string]bool)
	for _, key := range []string{"eu-scc-2001-2010", "idta", "data-bridge"} {
		for _, day := range []string{"2020-07-15", "2020-07-16", "2023-10-12"} {
			got[key+" "+day] = l.Mechanism(key).RiskAssessmentNeeded(date(day))
		}
	}
	want := map[string]bool{
		"eu-scc-2001-2010 2020-07-15": false, "eu-scc-2001-2010 2020-07-16": true, "eu-scc-2001-2010 2023-10-12": true,
		"idta 2020-07-15": true, "idta 2020-07-16": true, "idta 2023-10-12": true,
		"data-bridge 2020-07-15": false, "data-bridge 2020-07-16": false, "data-bridge 2023-10-12": false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCertificatesAreGoodUntilTheEarliestRuleEndsThem(t *testing.T) {
	t.Parallel()
	l := registers(t)
	policy := func(key string) (calendar.Period, bool) {
		return period("12m"), key == "report" || key == "penetrationTest"
	}
	ce := record.Certificate{Scheme: "cyber-essentials", Issued: date("2025-03-10")}
	plus := record.Certificate{Scheme: "cyber-essentials-plus", Issued: date("2025-06-10"), BasedOn: "ce"}
	iso := record.Certificate{
		Scheme: "iso-27001", Edition: "2022", Issued: date("2024-02-01"), Expires: date("2027-02-01"),
		Surveillance: []calendar.Date{date("2025-01-20"), date("2026-01-15")},
	}
	old := iso
	old.Edition, old.Issued, old.Expires, old.Surveillance = "ISO/IEC 27001:2013", date("2023-01-01"), date("2026-01-01"), []calendar.Date{date("2024-12-01"), date("2025-10-01")}
	soc := record.Certificate{Scheme: "soc-2-type-2", Issued: date("2025-08-01"), PeriodStart: date("2024-07-01"), PeriodEnd: date("2025-06-30")}
	dspt := record.Certificate{Scheme: "dspt", Issued: date("2026-06-20"), ToolkitYear: "2025-26", Result: "met"}
	with := func(c record.Certificate, change func(*record.Certificate)) record.Certificate {
		change(&c)
		return c
	}
	for _, c := range []struct {
		claim   string
		c       record.Certificate
		basis   *record.Certificate
		day     string
		maxAge  string
		policy  func(string) (calendar.Period, bool)
		current bool
		until   string
		rule    string
	}{
		{claim: "Cyber Essentials on its last day", c: ce, day: "2026-03-09", current: true, until: "2026-03-10", rule: law.RuleValidity},
		{claim: "Cyber Essentials 12 months after issue", c: ce, day: "2026-03-10", until: "2026-03-10", rule: law.RuleValidity},
		{claim: "Cyber Essentials the day before issue", c: ce, day: "2025-03-09", until: "2026-03-10", rule: law.RuleIssue},
		{claim: "Cyber Essentials with an earlier end of its own", c: with(ce, func(c *record.Certificate) { c.Expires = date("2026-01-01") }), day: "2025-12-31", current: true, until: "2026-01-01", rule: law.RuleExpiry},
		{claim: "Cyber Essentials that claims a later end", c: with(ce, func(c *record.Certificate) { c.Expires = date("2028-01-01") }), day: "2026-03-10", until: "2026-03-10", rule: law.RuleValidity},
		{claim: "Cyber Essentials issued on a leap day", c: with(ce, func(c *record.Certificate) { c.Issued = date("2024-02-29") }), day: "2025-02-27", current: true, until: "2025-02-28", rule: law.RuleValidity},
		{claim: "Plus three months to the day after Cyber Essentials", c: plus, basis: &ce, day: "2025-07-01", current: true, until: "2026-06-10", rule: law.RuleValidity},
		{claim: "Plus a day too late", c: with(plus, func(c *record.Certificate) { c.Issued = date("2025-06-11") }), basis: &ce, day: "2025-07-01", rule: law.RuleBasis},
		{claim: "Plus before Cyber Essentials", c: with(plus, func(c *record.Certificate) { c.Issued = date("2025-03-09") }), basis: &ce, day: "2025-07-01", rule: law.RuleBasis},
		{claim: "Plus without Cyber Essentials", c: plus, day: "2025-07-01", rule: law.RuleBasis},
		{claim: "Plus on a certificate of another scheme", c: plus, basis: &iso, day: "2025-07-01", rule: law.RuleBasis},
		{claim: "ISO 27001 with its audits", c: iso, day: "2026-11-22", current: true, until: "2027-01-15", rule: law.RuleSurveillance},
		{claim: "ISO 27001 before its second audit", c: iso, day: "2026-01-14", current: true, until: "2026-01-20", rule: law.RuleSurveillance},
		{claim: "ISO 27001 without an audit in the first year", c: with(iso, func(c *record.Certificate) { c.Surveillance = nil }), day: "2025-02-01", until: "2025-02-01", rule: law.RuleSurveillance},
		{claim: "ISO 27001:2013 on its last day", c: old, day: "2025-10-31", current: true, until: "2025-11-01", rule: law.RuleEdition},
		{claim: "ISO 27001:2013 the day after", c: old, day: "2025-11-01", until: "2025-11-01", rule: law.RuleEdition},
		{claim: "ISO 27001 in an edition that does not exist", c: with(iso, func(c *record.Certificate) { c.Edition = "2019" }), day: "2026-01-01", rule: law.RuleEdition},
		{claim: "ISO 27001 under a duty of six months", c: iso, day: "2026-11-22", maxAge: "6m", until: "2026-07-15", rule: law.RuleAge},
		{claim: "ISO 27018 on a good ISO 27001", c: record.Certificate{Scheme: "iso-27018", Issued: date("2024-02-01")}, basis: &iso, day: "2026-11-22", current: true, until: "2027-01-15", rule: law.RuleBasis},
		{claim: "ISO 27018 on nothing", c: record.Certificate{Scheme: "iso-27018", Issued: date("2024-02-01")}, day: "2026-11-22", rule: law.RuleBasis},
		{claim: "a SOC 2 report by local policy from the end of its period", c: soc, policy: policy, day: "2026-06-29", current: true, until: "2026-06-30", rule: law.RulePolicy},
		{claim: "a SOC 2 report 12 months after its period", c: soc, policy: policy, day: "2026-06-30", until: "2026-06-30", rule: law.RulePolicy},
		{claim: "a SOC 2 report without local policy", c: soc, day: "2025-09-01", rule: law.RulePolicy},
		{claim: "a penetration test by local policy", c: record.Certificate{Scheme: "penetration-test", Issued: date("2025-05-05")}, policy: policy, day: "2026-05-04", current: true, until: "2026-05-05", rule: law.RulePolicy},
		{claim: "a DSPT result on the next year's deadline", c: dspt, day: "2027-06-30", current: true, until: "2027-07-01", rule: law.RuleToolkitYear},
		{claim: "a DSPT result after the next year's deadline", c: dspt, day: "2027-07-01", until: "2027-07-01", rule: law.RuleToolkitYear},
		{claim: "a DSPT result of no known year", c: with(dspt, func(c *record.Certificate) { c.ToolkitYear = "2011-12" }), day: "2026-11-22", rule: law.RuleToolkitYear},
		{claim: "the IG Toolkit on its last day", c: record.Certificate{Scheme: "ig-toolkit", Issued: date("2017-03-31")}, day: "2018-03-31", current: true, until: "2018-04-01", rule: law.RuleScheme},
		{claim: "the IG Toolkit since April 2018", c: record.Certificate{Scheme: "ig-toolkit", Issued: date("2017-03-31")}, day: "2018-04-01", until: "2018-04-01", rule: law.RuleScheme},
		{claim: "DTAC 1 on its last day", c: record.Certificate{Scheme: "dtac", Edition: "v1.0", Issued: date("2024-01-01")}, day: "2026-04-05", current: true, until: "2026-04-06", rule: law.RuleEdition},
		{claim: "DTAC 1 the day after", c: record.Certificate{Scheme: "dtac", Edition: "1", Issued: date("2024-01-01")}, day: "2026-04-06", until: "2026-04-06", rule: law.RuleEdition},
		{claim: "DTAC 2 states no end", c: record.Certificate{Scheme: "dtac", Edition: "2.0", Issued: date("2026-03-01")}, day: "2026-11-22", current: true},
		{claim: "a scheme that nobody knows", c: record.Certificate{Scheme: "gold-star", Issued: date("2026-03-01")}, day: "2026-11-22", rule: law.RuleScheme},
	} {
		var maxAge calendar.Period
		if c.maxAge != "" {
			maxAge = period(c.maxAge)
		}
		v := l.Validity(&c.c, c.basis, date(c.day), maxAge, c.policy)
		if v.Current != c.current || v.Until != date(c.until) || v.Rule != c.rule {
			t.Errorf("%s: current %v until %q by %q, want %v until %q by %q: %s", c.claim, v.Current, v.Until, v.Rule, c.current, c.until, c.rule, v.Text)
		}
		if v.Local != (c.rule == law.RulePolicy) {
			t.Errorf("%s: local policy %v: %s", c.claim, v.Local, v.Text)
		}
	}
}

func TestEditionsOfStandardsAreCurrentInTheirTime(t *testing.T) {
	t.Parallel()
	l := registers(t)
	for _, c := range []struct {
		claim, key, edition, day string
		ok                       bool
		until                    string
	}{
		{"DTAC 1 on its last day", "dtac", "1", "2026-04-05", true, "2026-04-06"},
		{"DTAC 1 the day after", "dtac", "1", "2026-04-06", false, "2026-04-06"},
		{"DTAC 2 the day before it was published", "dtac", "2", "2026-02-23", false, ""},
		{"DTAC 2 on the day it was published", "dtac", "v2.0", "2026-02-24", true, ""},
		{"DCB0129 in its version", "dcb0129", "4.2", "2026-11-22", true, ""},
		{"DCB0129 in another version", "dcb0129", "3.0", "2026-11-22", false, ""},
		{"a standard without editions", "isb-0149", "anything", "2026-11-22", true, ""},
	} {
		ok, until, text := l.Standard(c.key).Current(c.edition, date(c.day))
		if ok != c.ok || until != date(c.until) {
			t.Errorf("%s: %v until %q, want %v until %q: %s", c.claim, ok, until, c.ok, c.until, text)
		}
	}
}

func TestClinicalSafetyStandardsBindFromTheirDay(t *testing.T) {
	t.Parallel()
	s := registers(t).Standard("dcb0160")
	for day, want := range map[string]int{"2025-07-06": 0, "2025-07-07": 1, "2026-02-04": 1, "2026-02-05": 2} {
		text := s.InForce(date(day))
		switch {
		case want == 0 && text != "", want == 1 && text != s.Force[0].Text, want == 2 && text != s.Force[1].Text:
			t.Errorf("on %s: %q", day, text)
		}
	}
	if s.AppliesTo(true, true) {
		t.Error("a standard for deployments is asked of a product")
	}
}

func TestAToolkitYearIsEnoughUntilTheNextDeadlineHasPassed(t *testing.T) {
	t.Parallel()
	l := registers(t)
	for day, want := range map[string]string{"2026-06-30": "2024-25", "2026-07-01": "2025-26", "2026-11-22": "2025-26", "2027-06-30": "2025-26", "2027-07-01": "2026-27"} {
		if got := l.ToolkitYear(date(day)); got == nil || got.Name != want {
			t.Errorf("on %s: %v, want %s", day, got, want)
		}
	}
	if y := l.ToolkitYear(date("2040-01-01")); y != nil {
		t.Errorf("a year that the register does not have: %v", y)
	}
}

func TestPrinciplesAreAnsweredInEitherNumbering(t *testing.T) {
	t.Parallel()
	s := registers(t).Set("ncsc-principles")
	for _, c := range []struct {
		claim string
		keys  []string
		open  []string
	}{
		{"the principle itself", []string{"ncsc:2@current"}, nil},
		{"the principle in old numbering", []string{"gpg:2@2018"}, nil},
		{"all parts but one", []string{"ncsc:2.1@current", "ncsc:2.2@current", "ncsc:2.3@current", "ncsc:2.4@current"}, []string{"ncsc:2@current"}},
		{"all parts", []string{"ncsc:2.1@current", "ncsc:2.2@current", "ncsc:2.3@current", "ncsc:2.4@current", "ncsc:2.5@current"}, nil},
		{"all parts in old numbering", []string{"gpg:2.1@2018", "gpg:2.2@2018", "gpg:2.3@2018", "gpg:2.4@2018", "gpg:2.5@2018", "gpg:2.6@2018"}, nil},
		{"half of a part in old numbering", []string{"gpg:2.1@2018", "gpg:2.2@2018", "gpg:2.3@2018", "gpg:2.4@2018", "gpg:2.6@2018"}, []string{"ncsc:2@current"}},
		{"nothing", nil, []string{"ncsc:2@current"}},
	} {
		var open []string
		asked, left := s.Left(c.keys, []string{"ncsc:2@current"}, true)
		for _, q := range left {
			open = append(open, q.Key)
		}
		if asked != 1 {
			t.Errorf("%s: %d questions are asked", c.claim, asked)
		}
		if diff := cmp.Diff(c.open, open); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.claim, diff)
		}
	}
	if asked, left := s.Left(nil, nil, true); asked != 14 || len(left) != 14 {
		t.Errorf("the set has %d whole principles, and %d are not answered", asked, len(left))
	}
}

func TestChangesAreTheDaysOnWhichLawChanges(t *testing.T) {
	t.Parallel()
	l := registers(t)
	want := []string{"2025-07-01", "2025-07-07", "2025-11-01", "2026-02-05", "2026-02-24", "2026-04-01", "2026-04-06", "2026-07-01"}
	var got []string
	for _, d := range l.Changes(date("2025-06-30"), date("2026-07-01")) {
		got = append(got, d.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, d := range []string{"2016-07-12", "2020-07-17", "2020-12-31", "2022-03-21", "2022-09-22", "2022-12-19", "2023-10-12", "2024-03-21"} {
		if !slices.Contains(l.Changes(date("2016-01-01"), calendar.Date{}), date(d)) {
			t.Errorf("%s is missing", d)
		}
	}
}

func TestAdequacyChangesAreToldInWords(t *testing.T) {
	t.Parallel()
	var got []string
	for _, c := range registers(t).AdequacyChanges(date("2020-01-01"), date("2026-11-22")) {
		got = append(got, c.Text)
	}
	want := []string{
		"From 17 July 2020 the list of adequate countries no longer includes the United States.",
		"From 31 December 2020 the United Kingdom's own list of adequate countries counts, and the European Commission's no longer.",
		"From 19 December 2022 the list of adequate countries includes South Korea.",
		"From 12 October 2023 the list of adequate countries includes the United States.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryEntrySaysWhereItWasRead(t *testing.T) {
	t.Parallel()
	l := registers(t)
	check := func(p law.Provenance, format string, args ...any) {
		if p.Source == "" || !slices.Contains([]string{"primary", "secondary", "convention"}, p.Standing) {
			t.Errorf("%s: source %q, standing %q", fmt.Sprintf(format, args...), p.Source, p.Standing)
		}
	}
	for code, j := range l.Jurisdictions {
		for i, s := range j.Spells {
			check(s.Provenance, "jurisdiction %s spell %d", code, i)
		}
	}
	for key, e := range l.Mechanisms {
		check(e.Provenance, "mechanism %s", key)
	}
	for key, e := range l.Schemes {
		check(e.Provenance, "scheme %s", key)
	}
	for key, e := range l.ToolkitYears {
		check(e.Provenance, "toolkit year %s", key)
	}
	for key, e := range l.Standards {
		check(e.Provenance, "standard %s", key)
	}
	for key, e := range l.Sets {
		check(e.Provenance, "set %s", key)
	}
	for _, e := range l.Reorganisations {
		check(e.Provenance, "reorganisation of %s", e.On)
	}
	if len(l.Tensions) != 12 || len(l.NotFound) != 12 {
		t.Errorf("%d tensions and %d things not found, want 12 and 12", len(l.Tensions), len(l.NotFound))
	}
}

func TestCountryNamesNeedNoRegister(t *testing.T) {
	t.Parallel()
	l := registers(t)
	got := []string{l.CountryName("GB"), l.CountryName("US"), l.CountryName("IN"), l.CountryName("ZZ"), l.CountryName("??")}
	if diff := cmp.Diff([]string{"United Kingdom", "United States", "India", "ZZ", "??"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWithoutWordsTheAnswerIsTheSame: what is asked without words is what is asked with them.
func TestWithoutWordsTheAnswerIsTheSame(t *testing.T) {
	t.Parallel()
	l := registers(t)
	days := append(l.Changes(calendar.Date{}, calendar.Date{}), calendar.MustParse("2016-01-01"))
	for _, country := range append(slices.Sorted(maps.Keys(l.Jurisdictions)), "BR", "XX") {
		for _, day := range days {
			want := l.Basis(country, day)
			if want.Text == "" {
				t.Errorf("%s on %s: no words", country, day)
			}
			want.Text = ""
			if diff := cmp.Diff(want, l.Footing(country, day)); diff != "" {
				t.Errorf("%s on %s (-with +without):\n%s", country, day, diff)
			}
		}
	}
	policy := func(string) (calendar.Period, bool) { return calendar.Period{Months: 12}, true }
	for _, scheme := range slices.Sorted(maps.Keys(l.Schemes)) {
		c := &record.Certificate{Scheme: scheme, Issued: calendar.MustParse("2024-02-29"), PeriodEnd: calendar.MustParse("2024-01-31"), ToolkitYear: "2023-24"}
		for edition := range l.Schemes[scheme].Editions {
			c.Edition = edition
		}
		for _, day := range days {
			want, got := l.Validity(c, c, day, calendar.Period{Months: 18}, policy), l.Lasts(c, c, day, calendar.Period{Months: 18}, policy)
			if want.Text == "" {
				t.Errorf("%s on %s: no words", scheme, day)
			}
			if got.Text == "" {
				want.Text = ""
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s on %s (-with +without):\n%s", scheme, day, diff)
			}
		}
	}
}
