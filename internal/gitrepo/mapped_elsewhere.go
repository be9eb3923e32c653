//go:build !linux

package gitrepo

// restFile leaves it to the system what stays in memory of a mapped file.
func restFile([]byte) {}
