// Package schemas carries the record shapes, the catalogue of obligations and the reference registers inside the program,
// so that evidence is always judged by the schemas the program was built with and never by files that a pull request brings.
//
// The same folder works with plain `cue vet`: see docs/format.md.
package schemas

import "embed"

// FS holds every CUE file of this folder: *.cue are the record shapes, obligations/ the catalogue, registers/ the dated law.
//
//go:embed *.cue cue.mod/module.cue obligations/*.cue registers/*.cue
var FS embed.FS

// Evaluated holds the folder "evaluated": what CUE says of the folders of data, so that no command need ask it again. The
// file digest names the CUE files for which that holds. make update writes it anew.
//
//go:embed evaluated
var Evaluated embed.FS
