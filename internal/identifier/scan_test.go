package identifier_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/identifier"
)

// nhsNumber completes nine digits, or the next nine that can be completed, with the check digit. It is written out here
// by the definition (eleven less the remainder), not by the shortcut of the code under test.
func nhsNumber(nine int) string {
	for ; ; nine++ {
		digits, sum := fmt.Sprintf("%09d", nine), 0
		for i := range 9 {
			sum += int(digits[i]-'0') * (10 - i)
		}
		switch check := 11 - sum%11; check {
		case 10:
			continue
		case 11:
			return digits + "0"
		default:
			return fmt.Sprint(digits, check)
		}
	}
}

func grouped(number, separator string) string {
	return number[:3] + separator + number[3:6] + separator + number[6:]
}

// Numbers in each range that is issued. They are made here so that no number of a person stands in this file.
var (
	england = nhsNumber(401023210)
	middle  = nhsNumber(612345670)
	high    = nhsNumber(798765430)
	chi     = nhsNumber(150754010) // born on 15 July 1954
	ulster  = nhsNumber(327123450)
	insured = "CE" + "123456" + "A"
)

// fill puts the numbers in place of their names.
var fill = strings.NewReplacer(
	"ENGLAND-3-3-4", grouped(england, " "), "ENGLAND-HYPHENS", grouped(england, "-"), "ENGLAND-NBSP", grouped(england, "\u00a0"),
	"ENGLAND-MIXED", england[:3]+"-"+england[3:6]+" "+england[6:], "ENGLAND-ENTITY", grouped(england, "&nbsp;"), "ENGLAND-WRAPPED", grouped(england, "\n  "), "ENGLAND", england,
	"MIDDLE-3-3-4", grouped(middle, " "), "MIDDLE", middle, "HIGH-3-3-4", grouped(high, " "), "HIGH-HYPHENS", grouped(high, "-"), "HIGH", high,
	"CHI-3-3-4", grouped(chi, " "), "CHI", chi, "ULSTER-3-3-4", grouped(ulster, " "), "ULSTER", ulster,
	"INSURED-PAIRS", insured[:2]+" "+insured[2:4]+" "+insured[4:6]+" "+insured[6:8]+" "+insured[8:],
	"INSURED-HYPHENS", insured[:2]+"-"+insured[2:4]+"-"+insured[4:6]+"-"+insured[6:8]+"-"+insured[8:],
	"INSURED-SPACES", insured[:2]+" "+insured[2:8]+" "+insured[8:], "INSURED-LOOSE", insured[:8]+" "+insured[8:],
	"insured", strings.ToLower(insured), "INSURED", insured,
)

// found says what was found, as "kind confidence line:column".
func found(text string) (list []string) {
	for _, h := range identifier.Scan([]byte(text)) {
		list = append(list, fmt.Sprintf("%s %s %d:%d", h.Kind, h.Confidence, h.Line, h.Column))
	}
	return list
}

func TestScanFindsPeople(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string
	}{
		{"ENGLAND", []string{"nhs-number high 1:1"}},
		{"MIDDLE", []string{"nhs-number high 1:1"}},
		{"HIGH", []string{"nhs-number high 1:1"}},
		{"CHI", []string{"nhs-number medium 1:1"}},
		{"ULSTER", []string{"nhs-number medium 1:1"}},
		{"ENGLAND-3-3-4\n", []string{"nhs-number high 1:1"}},
		{"ENGLAND-HYPHENS", []string{"nhs-number high 1:1"}},
		{"CHI-3-3-4", []string{"nhs-number medium 1:1"}},
		{"Seen on the ward: ENGLAND-NBSP.", []string{"nhs-number high 1:19"}},
		{"Seen on the ward: ENGLAND-ENTITY.", []string{"nhs-number high 1:19"}},
		{"Her NHS number, ENGLAND-WRAPPED, was on the screen.", []string{"nhs-number high 1:17"}},
		{"The patient (ENGLAND) was moved.", []string{"nhs-number high 1:14"}},
		{"The patient is ENGLAND.", []string{"nhs-number high 1:16"}},
		{"café, naïve: ENGLAND", []string{"nhs-number high 1:14"}},
		{"first\nsecond\r\n  third ENGLAND", []string{"nhs-number high 3:9"}},
		{"ENGLAND and MIDDLE,HIGH;ULSTER", []string{"nhs-number high 1:1", "nhs-number high 1:16", "nhs-number high 1:27", "nhs-number medium 1:38"}},
		{"ENGLAND-3-3-4 HIGH-3-3-4", []string{"nhs-number high 1:1", "nhs-number high 1:14"}},
		{"Ward 4 ENGLAND-3-3-4", []string{"nhs-number high 1:8"}},
		{"patient: ENGLAND", []string{"nhs-number high 1:10"}},
		{"nhsNumber: \"ENGLAND\"", []string{"nhs-number high 1:13"}},
		{"{\"nhs_number\":\"ENGLAND\",\"phone\":\"01134960000\"}", []string{"nhs-number high 1:16"}},
		{"| Name | NHS number |\n|---|---|\n| A | ENGLAND-3-3-4 |", []string{"nhs-number high 3:7"}},
		{"| Phone | NHS number |\n|---|---|\n| HIGH | ENGLAND |", []string{"nhs-number high 3:16"}},
		{"name,number\nA,ENGLAND,3\n", []string{"nhs-number high 2:3"}},
		{"letter_ENGLAND.pdf", []string{"nhs-number high 1:8"}},
		{"2026-11-22-ENGLAND.pdf", []string{"nhs-number high 1:12"}},
		{"2026-11-22-ENGLAND-2.pdf", []string{"nhs-number high 1:12"}},
		{"scans/ENGLAND/index.html", []string{"nhs-number high 1:7"}},
		{"https://example.org/Patient/ENGLAND", []string{"nhs-number high 1:29"}},
		{"https://example.org/?nhsNumber=ENGLAND", []string{"nhs-number high 1:32"}},
		{"**ENGLAND**", []string{"nhs-number high 1:3"}},
		{"<b>ENGLAND</b>", []string{"nhs-number high 1:4"}},
		{"NHS No. ENGLAND", []string{"nhs-number high 1:9"}},
		{"NHS NO ENGLAND", []string{"nhs-number high 1:8"}},
		{"CHI number CHI", []string{"nhs-number medium 1:12"}},
		{"Patient ENGLAND, mobile 07700 900123", []string{"nhs-number high 1:9"}},
		{"Telephone 0113 496 0000. Patient ENGLAND-3-3-4 attended.", []string{"nhs-number high 1:34"}},
		{"The telephone line opened in May. ENGLAND was the first caller's number.", []string{"nhs-number high 1:35"}},
		{"phones:\n  - 01134960000\npatients:\n  - ENGLAND", []string{"nhs-number high 4:5"}},
		{"phone: 01134960000\nid: ENGLAND", []string{"nhs-number high 2:5"}},
		{"phone:\n  remark: ENGLAND", []string{"nhs-number high 2:11"}},
		{"Telephone 01134960000\nENGLAND", []string{"nhs-number high 2:1"}},
		{"ENGLAND, mobile 07700 900123", []string{"nhs-number high 1:1"}},
		{"The mobile app had shown ENGLAND-3-3-4", []string{"nhs-number high 1:26"}},
		{"ORDER FOR PATIENT ENGLAND", []string{"nhs-number high 1:19"}},
		{"It was noticed at the time. ENGLAND", []string{"nhs-number high 1:29"}},
		{"At that time HIGH attended.", []string{"nhs-number high 1:14"}},
		{"INSURED", []string{"national-insurance-number high 1:1"}},
		{"NI number: INSURED-PAIRS.", []string{"national-insurance-number high 1:12"}},
		{"INSURED-HYPHENS", []string{"national-insurance-number high 1:1"}},
		{"INSURED-SPACES", []string{"national-insurance-number high 1:1"}},
		{"NI no INSURED-LOOSE", []string{"national-insurance-number high 1:7"}},
		{"nino: insured", []string{"national-insurance-number high 1:7"}},
		{"staff/INSURED.pdf ENGLAND", []string{"national-insurance-number high 1:7", "nhs-number high 1:21"}},
	} {
		text := fill.Replace(c.text)
		if strings.Contains(c.text, "CHI number") { // the label is spelt like the name of a number
			text = "CHI number " + chi
		}
		t.Run(c.text, func(t *testing.T) {
			if diff := cmp.Diff(c.want, found(text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestScanLeavesLookalikes(t *testing.T) {
	t.Parallel()
	unix := nhsNumber(170134567) // seconds in November 2023, with a valid check digit and a plausible date of birth
	reserved, ireland, never := nhsNumber(512345678), nhsNumber(812345678), nhsNumber(999123456)
	impossible := nhsNumber(203012345) // a CHI number of somebody born on 20 in month 30
	for _, text := range []string{
		// Numbers that no person has.
		never, grouped(never, " "), reserved, ireland, impossible, nhsNumber(311300000), nhsNumber(319912345), "4505577104", "943 476 5919",
		"0000000000", "4444444444", "7777777777", "1234567890", "4010232138",
		// Parts of something longer.
		"1ENGLAND", "ENGLAND1", "xENGLAND", "ENGLANDx", "0.ENGLAND", "ENGLAND.5", "1.2.840.ENGLAND.1", "£ENGLAND", "$ENGLAND", "€ENGLAND", "ENGLAND%",
		"3f2bENGLANDc0de", "9f8e7d6c-ENGLAND", "ENGLAND-4b1a", "ENGLAND-MIXED", "12-ENGLAND-HYPHENS", "ENGLAND-HYPHENS-55", "ENGLAND-HYPHENS-5-5",
		"S-1-5-21-ENGLAND-104643441-HIGH-1001", "1-2-ENGLAND", "ENGLAND-1-2",
		"17 18 ENGLAND-3-3-4 19", "1 2 3 ENGLAND-3-3-4", "2026-11-22T10:11:12.ENGLAND",
		"sha256:" + strings.Repeat("4010232137", 6) + "abcd", "0f9d" + strings.Repeat("ab", 10) + england,
		// Telephones.
		"Tel: ENGLAND", "tel. ENGLAND-3-3-4", "Telephone (weekdays from nine to five, not on bank holidays): ENGLAND", "FAX HIGH",
		"mobile HIGH-3-3-4", "Mobile: +44 HIGH", "Mobile (work): HIGH", "| Mobile (personal) |\n|---|\n| HIGH |", "+44 HIGH", "+44 (0) HIGH", "+44 (0)HIGH", "0044 HIGH", "+44-HIGH", "+HIGH", "+1 ENGLAND-3-3-4", "+1-ENGLAND-HYPHENS",
		"phone_number: HIGH", "phoneNumber: HIGH", "\"mobilePhone\": \"HIGH\"", "HIGH (mobile)", "HIGH is the switchboard", "ring ENGLAND-3-3-4",
		"Phone ENGLAND or HIGH", "phones:\n  - HIGH\n  - ENGLAND\n", "phones:\n- HIGH\n- ENGLAND\n", "telephone:\n  HIGH\n", "Telephone\nHIGH",
		"phone:\n  main:\n    x: y\n  value: HIGH", "- Telephone numbers:\n    - HIGH\n", "| Site | Telephone |\n|---|---|\n| North | HIGH |\n| South | ENGLAND-3-3-4 |",
		"| Telephone | HIGH |", "07700 900123", "0113 496 0000", "01632 960 001", "020 7946 0958",
		// Times.
		"timestamp: UNIX", "created_at: UNIX", "\"expiresAt\": UNIX", "iat=UNIX", "epoch UNIX", "since the epoch, UNIX", "mtime UNIX", "unixTime: UNIX", "2026112210", "2013112210",
		"2026-11-22T10:11:12Z", "20261122T101112", "1732270272000",
		// Books, codes, things.
		"ISBN ENGLAND", "ISBN-10: HIGH", "SNOMED CT HIGH", "SCTID: HIGH", "UPRN ENGLAND", "doi:10.1000/ENGLAND", "https://doi.org/10.1000/ENGLAND", "10.1000/ENGLAND",
		"https://example.org/item/ENGLAND", "www.example.org/ENGLAND", "see [it](https://example.org/ENGLAND)", "the patient page https://example.org/a/ENGLAND",
		"NN ENGLAND", "grid ref ENGLAND", "easting ENGLAND", "order no. ENGLAND", "invoice: ENGLAND", "commit ENGLAND", "md5 ENGLAND", "serial number ENGLAND",
		"size: ENGLAND bytes", "VAT ENGLAND", "account ENGLAND",
		"3f2b8c1a-7d4e-4a6b-9c0d-401023213745", "40102321-3701-4010-2321-374010232137", "192.168.140.102", "arn:aws:iam::401023213701:role/reader",
		// Nothing like an insured person.
		"QQ123456C", "DA123456A", "AO123456A", "BG123456A", "GB123456A", "ZZ123456A", "CE123456E", "CE1234567A", "XCE123456A", "CE123456AB",
		"insured", "INSURED-LOOSE", "INSURED-1", "7-INSURED", "serial INSURED", "https://example.org/INSURED", "CE 12 34 5 A", "ON 22 11 26",
		// Public halves, and text about keys.
		"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A", "-----BEGIN CERTIFICATE-----", "-----BEGIN SSH SIGNATURE-----", "a private key", "PRIVATE KEY",
		"AKIAIOSFODNN7EXAMPLE", "AKIA", "ghp_short", "sig=abc", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG",
	} {
		full := strings.NewReplacer("UNIX", unix).Replace(fill.Replace(text))
		t.Run(text, func(t *testing.T) {
			if got := found(full); got != nil {
				t.Errorf("found %v", got)
			}
		})
	}
}

func TestScanFindsSecrets(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("QUJDREVGR0hJSktM", 4)
	for _, c := range []struct{ claim, text, want string }{
		{"a PEM key", "x\n-----BEGIN " + "PRIVATE KEY-----\n" + body, "private-key high 2:1"},
		{"an RSA key", "-----BEGIN RSA " + "PRIVATE KEY-----\n" + body, "private-key high 1:1"},
		{"an encrypted key, which can be guessed at for ever", "-----BEGIN ENCRYPTED " + "PRIVATE KEY-----\n" + body, "private-key high 1:1"},
		{"a key with headers", "-----BEGIN RSA " + "PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", "private-key high 1:1"},
		{"an OpenSSH key", "-----BEGIN OPENSSH " + "PRIVATE KEY-----\n" + body, "private-key high 1:1"},
		{"an OpenPGP key", "-----BEGIN PGP " + "PRIVATE KEY BLOCK-----\n\n" + body, "private-key high 1:1"},
		{"an indented key in YAML", "key: |\n  -----BEGIN EC " + "PRIVATE KEY-----\n  " + body, "private-key high 2:3"},
		{"a key on one line of JSON", `{"private_key":"-----BEGIN ` + `PRIVATE KEY-----\n` + body + `"}`, "private-key high 1:17"},
		{"the first line of a key in prose", "never commit `-----BEGIN " + "PRIVATE KEY-----` lines", "private-key medium 1:15"},
		{"a PuTTY key", "PuTTY-User-" + "Key-File-3: ssh-ed25519", "private-key high 1:1"},
		{"an age key", "AGE-SECRET-" + "KEY-1" + strings.Repeat("Q", 58), "private-key high 1:1"},
		{"an AWS key", "id = AKIA" + "ABCDEFGHIJKLMNOP", "access-token high 1:6"},
		{"a GitHub token", "token: ghp_" + strings.Repeat("a1", 18), "access-token high 1:8"},
		{"a fine-grained GitHub token", "github_" + "pat_" + strings.Repeat("a", 22) + "_" + strings.Repeat("b", 59), "access-token high 1:1"},
		{"a GitLab token", "glpat" + "-" + strings.Repeat("a", 20), "access-token high 1:1"},
		{"an Azure shared access signature", "https://example.org/c?sv=2024-11-04&sig=" + strings.Repeat("a%2B", 1) + strings.Repeat("a", 41) + "%3D&se=2026", "access-token high 1:36"},
		{"an Azure account key", "AccountName=x;AccountKey=" + strings.Repeat("a", 86) + "==", "access-token high 1:15"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if diff := cmp.Diff([]string{c.want}, found(c.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// drawNumber draws an NHS number of a range in which numbers are issued.
func drawNumber(rt *rapid.T) string {
	nine := rapid.OneOf(
		rapid.IntRange(400000000, 498000000), rapid.IntRange(600000000, 798000000), rapid.IntRange(320000000, 398000000),
		rapid.Custom(func(rt *rapid.T) int {
			day, month, year := rapid.IntRange(1, 28), rapid.IntRange(1, 12), rapid.IntRange(0, 99)
			return day.Draw(rt, "day")*1e7 + month.Draw(rt, "month")*1e5 + year.Draw(rt, "year")*1e3 + rapid.IntRange(0, 990).Draw(rt, "serial")
		}),
	).Draw(rt, "nine digits")
	return nhsNumber(nine)
}

func TestEveryIssuedNumberInProseIsFound(t *testing.T) {
	t.Parallel()
	prose := rapid.StringMatching(`((The|She|Later|In|Élan)( (ward|clinic|was|moved|été|scan|letter|the|on|day)){0,6}[.,:;]?[ \n]){0,5}`)
	rapid.Check(t, func(rt *rapid.T) {
		number := drawNumber(rt)
		if number == "4505577104" || strings.Count(number, number[:1]) == 10 {
			rt.Skip("an example of documentation")
		}
		written := rapid.SampledFrom([]string{number, grouped(number, " "), grouped(number, "-"), grouped(number, "\u00a0"), "(" + number + ")", "\"" + number + "\""}).Draw(rt, "written")
		label := rapid.SampledFrom([]string{"", "NHS number ", "NHS No: ", "patient ", "nhs_number="}).Draw(rt, "label")
		before := prose.Draw(rt, "before") + label
		text := before + written + rapid.SampledFrom([]string{"", ".", ",", " was seen", "\n", ";", "?"}).Draw(rt, "after")

		hits := identifier.Scan([]byte(text))
		if len(hits) != 1 || hits[0].Kind != identifier.NHSNumber {
			rt.Fatalf("in %q found %v", text, hits)
		}
		at := strings.IndexFunc(written, func(r rune) bool { return r >= '0' && r <= '9' })
		before += written[:at]
		column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
		if line := strings.Count(before, "\n") + 1; hits[0].Line != line || hits[0].Column != column {
			rt.Fatalf("in %q found at %d:%d, want %d:%d", text, hits[0].Line, hits[0].Column, line, column)
		}
	})
}

func TestOneWrongDigitIsNoNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		number := []byte(drawNumber(rt))
		i := rapid.IntRange(1, 9).Draw(rt, "place")
		number[i] = '0' + (number[i]-'0'+byte(rapid.IntRange(1, 9).Draw(rt, "slip")))%10
		if hits := identifier.Scan(number); len(hits) != 0 {
			rt.Fatalf("modulus 11 finds every single wrong digit, yet %s was taken", number)
		}
	})
}

func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"patient: ENGLAND", "| a | Tel |\n|---|---|\n| b | HIGH |", "phones:\n- HIGH\n", "ENGLAND-WRAPPED", "INSURED-PAIRS", "https://example.org/ENGLAND",
		"-----BEGIN RSA " + "PRIVATE KEY-----\nabc", "\xff\xfeENGLAND", "ENGLAND-3-3-4 HIGH-3-3-4", "a|b|ENGLAND\n\n\tHIGH", "+44 (0) HIGH", "£ENGLAND",
	} {
		f.Add([]byte(fill.Replace(seed)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		hits := identifier.Scan(text)
		lines := bytes.Split(text, []byte("\n"))
		last := identifier.Hit{}
		for _, h := range hits {
			if h.Line < 1 || h.Line > len(lines) || h.Column < 1 || h.Column > utf8.RuneCount(lines[h.Line-1]) {
				t.Errorf("%v lies outside the text", h)
			}
			if h.Line < last.Line || h.Line == last.Line && h.Column < last.Column {
				t.Errorf("%v comes after %v", h, last)
			}
			last = h
		}
		if again := identifier.Scan(text); !cmp.Equal(hits, again) {
			t.Errorf("two readings differ: %v, %v", hits, again)
		}
	})
}

func BenchmarkScan(b *testing.B) {
	prose := fill.Replace("The archive moved to the region on 22 November 2026; 401 scans, see 10.1000/x and https://example.org/1234567890.\n")
	text := []byte(strings.Repeat(prose, 10_000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		identifier.Scan(text)
	}
}
