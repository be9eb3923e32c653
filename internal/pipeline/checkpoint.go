package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"example.org/muniment/internal/load"
	"example.org/muniment/internal/report"
)

// CheckpointVersion names the shape of a checkpoint.
const CheckpointVersion = "muniment/checkpoint/v1"

// Checkpoint is what a record was at a commit. Whoever keeps one can tell later whether that commit was rewritten.
type Checkpoint struct {
	Version string `json:"version"` // CheckpointVersion
	Commit  string `json:"commit"`  // of the mainline
	Records int    `json:"records"` // files where records belong
	Digest  string `json:"digest"`  // SHA-256 over path and digest of every file that was read
}

func checkpointOf(o report.Origin, loaded *load.Result) Checkpoint {
	return Checkpoint{CheckpointVersion, o.KnownAt, loaded.Count.Records, loaded.Digest}
}

// ReadCheckpoint reads a checkpoint: one that a portal published, or one by itself. A field that is not known makes it one of
// another version.
func ReadCheckpoint(src []byte) (Checkpoint, error) {
	if published, err := report.ReadCheckpoint(bytes.NewReader(src)); err == nil && published.KnownAt != "" && !published.Dirty {
		return Checkpoint{CheckpointVersion, published.KnownAt, published.Records, published.Evidence}, nil
	}
	var c Checkpoint
	if err := json.Unmarshal(src, &c); err != nil || c.Version != CheckpointVersion || c.Commit == "" || c.Digest == "" {
		return c, &ConfigurationError{"this is no checkpoint of a version that is known", "take " + CheckpointPath + " from a portal, or what is under \"checkpoint\" in muniment verify --json"}
	}
	return c, nil
}

// compareCheckpoint says what is wrong with a history by a checkpoint; nothing when it still holds.
func (v *verifying) compareCheckpoint(ctx context.Context, c Checkpoint) error {
	n, ok := after(v.src.line, c.Commit)
	if !ok {
		return fmt.Errorf("the commit %.12s of the checkpoint is not on this mainline: the history was rewritten, or this is another repository", c.Commit)
	}
	files, err := v.src.repo.FS(v.src.line[n-1].Commit, "")
	if err != nil {
		return err
	}
	then, err := load.Tree(ctx, files, load.Options{Schemas: v.rules.shapes, Cache: v.known})
	if err != nil {
		return err
	}
	switch {
	case then.Digest != c.Digest:
		return fmt.Errorf("the evidence of commit %.12s is not what the checkpoint says", c.Commit)
	case then.Count.Records != c.Records:
		return fmt.Errorf("commit %.12s holds %d records and the checkpoint says %d", c.Commit, then.Count.Records, c.Records)
	}
	return nil
}
