// This theme adds nothing with scripts: every page is complete without.
