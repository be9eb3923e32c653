package tape

import "strings"

// pieceSize is how much of a piece is made at once, in bytes.
const pieceSize = 256 << 10

// Keeper keeps many texts in few large pieces. What holds a hundred thousand small texts has the collector look for each of them, again
// and again; looking for the same few pieces costs it little. A piece stays as long as any text in it is held.
type Keeper struct{ piece strings.Builder }

// Keep gives a copy of a text. The copy holds nothing of what the text was a part of.
func (k *Keeper) Keep(text string) string {
	if len(text) > pieceSize/16 {
		return strings.Clone(text)
	}
	if k.piece.Cap()-k.piece.Len() < len(text) {
		k.piece = strings.Builder{}
		k.piece.Grow(pieceSize)
	}
	from := k.piece.Len()
	k.piece.WriteString(text)
	return k.piece.String()[from:]
}
