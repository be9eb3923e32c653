//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machine describes where figures come from, in one line.
func (b *bench) machine(ctx context.Context) (string, error) {
	parts := []string{fmt.Sprintf("%d cores of %s", runtime.NumCPU(), fieldOf("/proc/cpuinfo", "model name", runtime.GOARCH)), memory(), system()}
	for _, v := range []struct {
		name, program, arg string
		word               int // of the answer, that is the version
	}{{"git", b.git, "--version", 2}, {"CUE", b.cue, "version", 2}, {"Hugo", b.hugo, "version", 1}} {
		if v.program == "" {
			continue
		}
		said, err := b.plain(ctx, "", nil, v.program, v.arg)
		if err != nil {
			return "", err
		}
		if words := strings.Fields(said); len(words) > v.word {
			version, _, _ := strings.Cut(words[v.word], "-")
			parts = append(parts, v.name+" "+strings.TrimPrefix(version, "v"))
		}
	}
	parts = append(parts, strings.Replace(runtime.Version(), "go", "Go ", 1))
	if b.sites != "" {
		parts = append(parts, "sites written to memory")
	}
	return strings.Join(parts, ", "), nil
}

// fieldOf reads a field of a file of the form "name : value"; elsewhere than on Linux there is no such file.
func fieldOf(file, name, otherwise string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return otherwise
	}
	for line := range strings.Lines(string(text)) {
		field, value, ok := strings.Cut(line, ":")
		if !ok {
			field, value, _ = strings.Cut(line, "=")
		}
		if strings.TrimSpace(field) == name {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return otherwise
}

func memory() string {
	var kib int
	if _, err := fmt.Sscanf(fieldOf("/proc/meminfo", "MemTotal", ""), "%d kB", &kib); err != nil {
		return "memory unknown"
	}
	return fmt.Sprintf("%.0f GiB", float64(kib)/(1<<20))
}

func system() string { return fieldOf("/etc/os-release", "PRETTY_NAME", runtime.GOOS) }
