// Package themes holds the looks a portal can have, as files inside the program. What is in a theme's folder, and what a
// page may rely on, is written down in README.md.
//
// nhs/dist is made by "make theme" and is not in git. A program built without it carries the placeholder alone, and the
// portal then wears the plain stylesheet from nhs/src.
package themes

import "embed"

// FS holds one folder for each theme.
//
//go:embed nhs/theme.json nhs/src all:nhs/dist all:nhs/templates
var FS embed.FS
