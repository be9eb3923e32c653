package identifier

import (
	"bytes"
	"regexp"
)

// secrets are the forms that a key or token has and nothing else has. A form is looked for only where one of its marks
// occurs, which costs next to nothing in text without secrets.
var secrets = []struct {
	kind  string
	marks []string
	form  *regexp.Regexp
}{
	// PEM, OpenSSH and OpenPGP (RFC 7468, RFC 9580), whole or on one line of JSON.
	{PrivateKey, []string{"PRIVATE KEY"}, regexp.MustCompile(`-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----`)},
	{PrivateKey, []string{"PuTTY-User-Key-File-"}, regexp.MustCompile(`\bPuTTY-User-Key-File-[0-9]+:`)},
	{PrivateKey, []string{"AGE-SECRET-KEY-1"}, regexp.MustCompile(`\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b`)},
	{AccessToken, []string{"AKIA", "ASIA"}, regexp.MustCompile(`\bA(?:K|S)IA[A-Z0-9]{16}\b`)},
	{AccessToken, []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}, regexp.MustCompile(`\bgh[pousr]_[A-Za-z0-9]{36}\b`)},
	{AccessToken, []string{"github_pat_"}, regexp.MustCompile(`\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b`)},
	{AccessToken, []string{"glpat-"}, regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20}`)},
	// Azure: a shared access signature is 32 bytes in base64, an account key 64 bytes.
	{AccessToken, []string{"sig="}, regexp.MustCompile(`(?:[?&;]|%26)sig=(?:[A-Za-z0-9+/]|%2[BbFf]){43}(?:=|%3[Dd])`)},
	{AccessToken, []string{"AccountKey="}, regexp.MustCompile(`\bAccountKey=[A-Za-z0-9+/]{86}==`)},
}

// keyBody is what follows the first line of a key that is really there; a page about keys quotes the first line alone.
var keyBody = regexp.MustCompile(`^(?:\\[nrt]|[\s>"'+,|])*(?:[A-Za-z0-9+/=]{16}|[A-Z][A-Za-z-]+: )`)

func scanSecrets(text []byte) (spots []spot) {
	for _, s := range secrets {
		if !containsAny(text, s.marks) {
			continue
		}
		for _, at := range s.form.FindAllIndex(text, -1) {
			confidence := High
			switch found := text[at[0]:at[1]]; {
			case bytes.HasSuffix(found, []byte("EXAMPLE")): // the access key of Amazon's documentation
				continue
			case found[0] == '-' && !keyBody.Match(text[at[1]:min(len(text), at[1]+120)]):
				confidence = Medium
			}
			spots = append(spots, spot{at: at[0], kind: s.kind, confidence: confidence})
		}
	}
	return spots
}

func containsAny(text []byte, marks []string) bool {
	for _, m := range marks {
		if bytes.Contains(text, []byte(m)) {
			return true
		}
	}
	return false
}
