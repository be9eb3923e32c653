package cli_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/cli"
)

// A person who reads half of an answer must not be told that it is the whole, help and completion included.
func TestAnAnswerThatCannotBePrintedIsAnError(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"", "help", "check --help", "completion bash", "version", "version --json"} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			var said bytes.Buffer
			status := cli.Run(context.Background(), cli.Env{
				Args: strings.Fields(args), In: strings.NewReader(""), Out: fullDisk{}, Err: &said, Dir: t.TempDir(),
				Now:    func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) },
				Getenv: func(string) string { return "" },
			})
			if status != cli.ExitInternal {
				t.Errorf("exit status %d, want %d", status, cli.ExitInternal)
			}
			if !strings.Contains(said.String(), "the answer could not be printed: no room") {
				t.Errorf("said %q", said.String())
			}
		})
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no room") }
