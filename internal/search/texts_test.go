package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWords(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"each once, in order":                     {"The archive keeps the images.", "archive images keeps the"},
		"lowered as names are":                    {"DPIA Gwasanaeth DŴR", "dpia dŵr gwasanaeth"},
		"a dash and curly quotation marks part":   {"kept – “for good”", "for good kept"},
		"a sign that is no punctuation does not":  {"£5+3", "£5+3"},
		"an apostrophe does, as it does in names": {"supplier’s", "s supplier"},
		"a tab ends a word":                       {"one\ttwo\x0bthree", "one three two"},
		"a soft line break does":                  {"one\u2028two\u00a0three", "one three two"},
		"what is not UTF-8 stays":                 {"a\xffb", "a\ufffdb"},
		"nothing gives nothing":                   {" – . ", ""},
	} {
		if got := Words(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := Words("two texts", "are", "not one"); got != "are not one texts two" {
		t.Error(got)
	}
}

// TestWordsAreThoseOfTheIndex: what is found by name and what is found in texts is split alike, tabs aside.
func TestWordsAreThoseOfTheIndex(t *testing.T) {
	for _, d := range documents {
		distinct := map[string]bool{}
		for _, word := range split(d.Text) {
			if word != "" {
				distinct[strings.ToLower(word)] = true
			}
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(distinct)), slices.AppendSeq([]string(nil), strings.FieldsFuncSeq(Words(d.Text), func(r rune) bool { return r == ' ' }))); diff != "" {
			t.Errorf("%q: %s", d.Text, diff)
		}
	}
}

// manyTexts gives the words of documents, some of them often and most of them seldom.
func manyTexts(n int) map[string]string {
	dice := rand.New(rand.NewPCG(7, 36))
	often := rand.NewZipf(dice, 1.2, 4, 3000)
	texts := make(map[string]string, n)
	for i := range n {
		var words []string
		for range 40 {
			words = append(words, fmt.Sprintf("word%d", often.Uint64()))
		}
		texts[fmt.Sprintf("workload Z9A1A/%d", i)] = Words(strings.Join(words, " "), `</script> "quoted" \ 日本`)
	}
	return texts
}

func gathered(texts map[string]string) *Texts {
	t := new(Texts)
	for id, words := range texts { // in any order
		t.Add(id, words)
	}
	return t
}

// read gives the words of each document of a part, as a page reads it.
func read(t *testing.T, data []byte) map[string]string {
	t.Helper()
	var part struct {
		IDs          []string
		Words, Lists string
	}
	if err := json.Unmarshal(data, &part); err != nil {
		t.Fatal(err)
	}
	words, lists := strings.Split(part.Words, " "), strings.Split(part.Lists, " ")
	if len(words) != len(lists) {
		t.Fatalf("%d words, %d lists", len(words), len(lists))
	}
	held := make([][]string, len(part.IDs))
	for i, list := range lists {
		n, gap, shift := -1, 0, 0
		for _, c := range []byte(list) {
			digit := int(c - '_')
			gap, shift = gap|digit&15<<shift, shift+4
			if digit < 16 {
				n, gap, shift = n+gap+1, 0, 0
				held[n] = append(held[n], words[i])
			}
		}
	}
	texts := make(map[string]string)
	for n, id := range part.IDs {
		texts[id] = strings.Join(held[n], " ")
	}
	return texts
}

func TestPartsHoldEveryWordOfEveryDocument(t *testing.T) {
	want, got := manyTexts(700), map[string]string{}
	parts := gathered(want).Parts(200)
	for _, p := range parts {
		if len(p.documents) > 300 {
			t.Errorf("a part has %d documents", len(p.documents))
		}
		maps.Copy(got, read(t, p.JSON()))
	}
	if diff := cmp.Diff(want, got); diff != "" || len(parts) != 4 {
		t.Errorf("%d parts: %s", len(parts), diff)
	}
}

func TestAnEmptyTextsHasNoPart(t *testing.T) {
	if parts := new(Texts).Parts(200); len(parts) != 0 {
		t.Errorf("%d parts", len(parts))
	}
}

// TestAPartIsAnotherOnlyWhenADocumentOfItsOwnIs changes one thing, and counts the parts that are others. Digests tell as much as bytes.
func TestAPartIsAnotherOnlyWhenADocumentOfItsOwnIs(t *testing.T) {
	for name, c := range map[string]struct {
		change func(map[string]string)
		others int
	}{
		"nothing":                          {func(map[string]string) {}, 0},
		"a word more in one document":      {func(m map[string]string) { m["workload Z9A1A/12"] = Words(m["workload Z9A1A/12"], "aardvark") }, 1},
		"a document more":                  {func(m map[string]string) { m["workload Z9A1A/new"] = "entirely new words" }, 1},
		"a document less":                  {func(m map[string]string) { delete(m, "workload Z9A1A/12") }, 1},
		"so many more that all is divided": {func(m map[string]string) { maps.Copy(m, manyTexts(801)) }, 8},
	} {
		texts := manyTexts(700)
		before := gathered(texts).Parts(200)
		c.change(texts)
		others := 0
		for _, p := range gathered(texts).Parts(200) {
			same := slices.ContainsFunc(before, func(q Part) bool { return bytes.Equal(p.JSON(), q.JSON()) })
			if told := slices.ContainsFunc(before, func(q Part) bool { return p.Digest() == q.Digest() }); told != same {
				t.Errorf("%s: the digest says %t, the bytes %t", name, told, same)
			}
			if !same {
				others++
			}
		}
		if others != c.others {
			t.Errorf("%s: %d parts are others, want %d", name, others, c.others)
		}
	}
}

func BenchmarkWords(b *testing.B) {
	text := strings.Repeat("The archive keeps images of everybody who was ever seen here – for as long as the law asks, and no longer than that. ", 37)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Words(text)
	}
}

func BenchmarkPart(b *testing.B) {
	parts := gathered(manyTexts(2500)).Parts(2500)
	for b.Loop() {
		parts[0].JSON()
	}
}
