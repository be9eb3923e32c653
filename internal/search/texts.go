package search

import (
	"bytes"
	"crypto/sha256"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/muniment/internal/tape"
)

// Words gives the words of texts: each once, lowered, in order, with a space between two. They are split as an [Index] splits them,
// save that a tab ends a word too. Most texts are ASCII, so that is looked up in a table.
func Words(texts ...string) string {
	distinct := make(map[string]struct{}, 256)
	var words []string
	for _, text := range texts {
		text = strings.ToLower(text)
		start := 0
		take := func(end int) {
			word := text[start:end]
			if _, known := distinct[word]; !known && word != "" {
				distinct[word] = struct{}{}
				words = append(words, word)
			}
		}
		for i := 0; i < len(text); {
			size, ends := 1, false
			if c := text[i]; c < utf8.RuneSelf {
				ends = endsWord[c]
			} else {
				var r rune
				r, size = utf8.DecodeRuneInString(text[i:])
				ends = separates(r)
			}
			if ends {
				take(i)
				start = i + size
			}
			i += size
		}
		take(len(text))
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// endsWord tells of each character of ASCII whether it ends a word.
var endsWord = func() (ends [utf8.RuneSelf]bool) {
	for c := range ends {
		ends[c] = separates(rune(c)) || unicode.IsControl(rune(c))
	}
	return ends
}()

// Texts are the words of many documents, in little room: every word is there once, and a document is a row of numbers. They say which
// words a document holds, not how often, so that ten thousand documents of some pages each can be looked through in a browser at once.
// The zero value holds none. It is for one goroutine at a time.
type Texts struct {
	words     []string
	number    map[string]uint64 // of a word
	documents []held
	row       []byte // of the document that is added
}

// held is what is kept of a document.
type held struct {
	id    string
	sum   [sha256.Size]byte // of its words
	words []byte            // numbers on a tape
}

// Add adds a document: an id that no other has, and what [Words] made of its texts. One without words is left out. It keeps
// nothing of what it is given but the id.
func (t *Texts) Add(id, words string) {
	if words == "" {
		return
	}
	if t.number == nil {
		t.number = make(map[string]uint64)
	}
	one := held{id: id, sum: sha256.Sum256([]byte(words))}
	t.row = t.row[:0]
	for word := range strings.SplitSeq(words, " ") {
		n, known := t.number[word]
		if !known {
			word = strings.Clone(word) // it was part of a longer text
			n = uint64(len(t.words))
			t.words, t.number[word] = append(t.words, word), n
		}
		t.row = tape.AppendNumber(t.row, n)
	}
	one.words = slices.Clone(t.row)
	t.documents = append(t.documents, one)
}

// Part is some of the documents of texts.
type Part struct {
	words     []string // of all parts
	documents []held
}

// Parts divides the documents into parts that hold so many at most, on the average. The part of a document follows from its id alone
// while there are as many parts, and they only ever double: so a part is another only when a document of its own is. The same documents give the same parts in
// whatever order they were added.
func (t *Texts) Parts(most int) []Part {
	count := 1
	for count*most < len(t.documents) {
		count *= 2
	}
	parts := make([]Part, count)
	for _, d := range t.documents {
		h := fnv.New32a()
		h.Write([]byte(d.id)) // a hash never fails to write
		p := &parts[int(h.Sum32())&(count-1)]
		p.documents = append(p.documents, d)
	}
	for i := range parts {
		parts[i].words = t.words
		slices.SortFunc(parts[i].documents, func(a, b held) int { return strings.Compare(a.id, b.id) })
	}
	return slices.DeleteFunc(parts, func(p Part) bool { return len(p.documents) == 0 })
}

// Digest is the same where [Part.JSON] is, and is known without writing that.
func (p Part) Digest() [sha256.Size]byte {
	h := sha256.New()
	for _, d := range p.documents {
		h.Write(tape.AppendText(nil, d.id))
		h.Write(d.sum[:])
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// JSON gives a part as one line that is also an expression of JavaScript: the ids of the documents, the words in order, and a list for
// each word of the documents that hold it, both with a space between two. A list tells for each document, counted as in ids, how many
// are left out before it, in digits of four bits, the lowest first: the signs from _ to n, and from o to ~ where another digit follows.
func (p Part) JSON() []byte {
	in, next := make([][]byte, len(p.words)), make([]int, len(p.words))
	var used []uint64
	for n, d := range p.documents {
		for row := (tape.Reader{In: d.words}); len(row.In) > 0; {
			w := row.Number()
			if in[w] == nil {
				used = append(used, w)
			}
			in[w] = appendGap(in[w], n-next[w])
			next[w] = n + 1
		}
	}
	slices.SortFunc(used, func(a, b uint64) int { return strings.Compare(p.words[a], p.words[b]) })
	var words, lists bytes.Buffer
	for i, w := range used {
		if i > 0 {
			words.WriteByte(' ')
			lists.WriteByte(' ')
		}
		words.WriteString(p.words[w])
		lists.Write(in[w])
	}
	var b bytes.Buffer
	b.WriteString(`{"ids":[`)
	for i, d := range p.documents {
		if i > 0 {
			b.WriteByte(',')
		}
		value(&b, d.id)
	}
	b.WriteString(`],"words":`)
	value(&b, words.String())
	b.WriteString(`,"lists":` + strconv.Quote(lists.String()) + "}")
	return b.Bytes()
}

func appendGap(list []byte, gap int) []byte {
	for ; gap > 15; gap >>= 4 {
		list = append(list, '_'+byte(gap&15)+16)
	}
	return append(list, '_'+byte(gap))
}
