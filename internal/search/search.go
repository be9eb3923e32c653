// Package search writes the index that MiniSearch, the library that searches in the reader's browser, loads: the same that the
// library itself would make of the same documents. So no portal needs JavaScript to be built, and no browser needs to index.
//
//	x := search.New("name", "text")
//	x.Add("w1", map[string]string{"n": "Imaging archive"}, "Imaging archive", "Z9A1A Northmoor Hospitals")
//	b := x.JSON()
//
// Long texts are in no such index, which holds a place for every word of every document twice over: [Texts] writes which words are in
// what, and a page looks through that by itself.
//
// The format is that of MiniSearch 7, serializationVersion 2. Words are split and lowered as the library does it by default; the
// few letters that JavaScript lowers by their place in a word (a final sigma, a dotted capital I) are lowered by themselves here.
package search

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Index is an index in the making. It holds what was added, so split a large collection into several.
type Index struct {
	fields []string
	ids    []string
	stored []map[string]string
	length [][]int                  // of every document: distinct words by field
	mean   []float64                // of the same, by field
	terms  map[string][]map[int]int // term → field → document → times; nil where there is none
}

// New begins an index of documents with some fields.
func New(fields ...string) *Index {
	return &Index{fields: fields, mean: make([]float64, len(fields)), terms: make(map[string][]map[int]int)}
}

// Len counts the documents.
func (x *Index) Len() int { return len(x.ids) }

// Add adds a document: an id that no other has, what is given back when it is found, and a text for each field.
func (x *Index) Add(id string, stored map[string]string, texts ...string) {
	n := len(x.ids)
	x.ids, x.stored = append(x.ids, id), append(x.stored, stored)
	length := make([]int, len(x.fields))
	for f := range x.fields {
		distinct := make(map[string]bool)
		for _, word := range split(texts[f]) {
			distinct[word] = true // counted before they are lowered, and with the empty one
			if word != "" {
				x.count(strings.ToLower(word), f, n)
			}
		}
		length[f] = len(distinct)
		x.mean[f] = (x.mean[f]*float64(n) + float64(length[f])) / float64(n+1)
	}
	x.length = append(x.length, length)
}

func (x *Index) count(term string, field, document int) {
	fields := x.terms[term]
	if fields == nil {
		fields = make([]map[int]int, len(x.fields))
		x.terms[term] = fields
	}
	if fields[field] == nil {
		fields[field] = make(map[int]int)
	}
	fields[field][document]++
}

// split does what JavaScript's text.split(/[\n\r\p{Z}\p{P}]+/u) does: a text that begins or ends with a separator begins or ends
// with an empty word.
func split(text string) []string {
	words := strings.FieldsFunc(text, separates)
	if text == "" || strings.IndexFunc(text, separates) == 0 {
		words = append(words, "")
	}
	if text != "" && len(strings.TrimRightFunc(text, separates)) < len(text) {
		words = append(words, "")
	}
	return words
}

// separates tells whether a character stands between words.
func separates(r rune) bool {
	return r == '\n' || r == '\r' || unicode.Is(unicode.Z, r) || unicode.Is(unicode.P, r)
}

// JSON gives the index as one line that is also an expression of JavaScript. The same documents in the same order give the same bytes.
func (x *Index) JSON() []byte {
	var b bytes.Buffer
	b.WriteString(`{"documentCount":` + strconv.Itoa(len(x.ids)) + `,"nextId":` + strconv.Itoa(len(x.ids)) + `,"documentIds":`)
	object(&b, len(x.ids), func(i int) any { return x.ids[i] })
	b.WriteString(`,"fieldIds":{`)
	for i, name := range x.fields {
		if i > 0 {
			b.WriteByte(',')
		}
		value(&b, name)
		b.WriteString(":" + strconv.Itoa(i))
	}
	b.WriteString(`},"fieldLength":`)
	object(&b, len(x.ids), func(i int) any { return x.length[i] })
	b.WriteString(`,"averageFieldLength":`)
	value(&b, x.mean)
	b.WriteString(`,"storedFields":`)
	object(&b, len(x.ids), func(i int) any { return x.stored[i] })
	b.WriteString(`,"dirtCount":0,"index":[`)
	for i, term := range slices.Sorted(maps.Keys(x.terms)) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('[')
		value(&b, term)
		b.WriteString(",{")
		comma := ""
		for field, documents := range x.terms[term] {
			if documents == nil {
				continue
			}
			b.WriteString(comma + `"` + strconv.Itoa(field) + `":{`)
			for j, n := range slices.Sorted(maps.Keys(documents)) {
				if j > 0 {
					b.WriteByte(',')
				}
				b.WriteString(`"` + strconv.Itoa(n) + `":` + strconv.Itoa(documents[n]))
			}
			b.WriteByte('}')
			comma = ","
		}
		b.WriteString("}]")
	}
	b.WriteString(`],"serializationVersion":2}`)
	return b.Bytes()
}

// object writes values under their numbers.
func object(b *bytes.Buffer, n int, at func(int) any) {
	b.WriteByte('{')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strconv.Itoa(i) + `":`)
		value(b, at(i))
	}
	b.WriteByte('}')
}

// value writes a value; those of this package always can be. Signs that mean something in HTML are escaped, and so are the line ends that
// old JavaScript has and JSON has not.
func value(b *bytes.Buffer, v any) {
	data, _ := json.Marshal(v)
	b.Write(data)
}
