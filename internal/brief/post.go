package brief

import (
	"context"
	"strings"

	"example.org/muniment/internal/forge"
)

// Comments is the part of a forge that a brief is posted to.
type Comments interface {
	Comments(ctx context.Context, issue int) ([]forge.Comment, error)
	Comment(ctx context.Context, issue int, body string) error
	EditComment(ctx context.Context, id int64, body string) error
}

// Post keeps the one comment of a pull request that tells its effect: it is found again by its marker and our own account, and
// written only when its text is another. A second one, which a lost answer may have left behind, is made to point to the first.
func Post(ctx context.Context, on Comments, account string, pull int, text string) error {
	list, err := on.Comments(ctx, pull)
	if err != nil {
		return err
	}
	const second = Marker + "\nSee the first comment of this kind."
	found := false
	for _, c := range list {
		if !strings.EqualFold(c.Author, account) || !strings.HasPrefix(c.Body, Marker) {
			continue
		}
		want := text
		if found {
			want = second
		}
		found = true
		if same(c.Body, want) {
			continue
		}
		if err := on.EditComment(ctx, c.ID, want); err != nil {
			return err
		}
	}
	if found {
		return nil
	}
	return on.Comment(ctx, pull, text)
}

// same compares texts as forges keep them: with other line ends, and without spaces at the end.
func same(a, b string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return plain(a) == plain(b)
}
