package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.org/muniment/internal/pdf"
)

// Papers prints the report to the board of every organisation of a portal that was built, as PDF files in a folder. It gives how many
// there are. They are no part of the portal and of its manifest: their bytes differ from browser to browser.
func (t *Tool) Papers(ctx context.Context, program, portal, folder string) (int, error) {
	boards, err := os.ReadDir(filepath.Join(portal, "boards"))
	if err != nil {
		return 0, fmt.Errorf("%w: no reports to boards: %w", ErrUnpublished, err)
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	for i, b := range boards {
		t.Progress(Step{"printing reports to boards", i, len(boards)})
		name := strings.TrimSuffix(b.Name(), ".html")
		to := filepath.Join(folder, "board-"+name+".pdf")
		if err := pdf.Print(ctx, program, filepath.Join(portal, "boards", b.Name()), to); err != nil {
			return i, fmt.Errorf("%w: %w", ErrUnpublished, err)
		}
	}
	t.Progress(Step{"printing reports to boards", len(boards), len(boards)})
	return len(boards), nil
}
