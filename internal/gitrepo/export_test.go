package gitrepo

// TestOnlyLimit lowers one limit, so that tests need no gigabytes.
func (r *Repo) TestOnlyLimit(kind string, n int64) {
	switch kind {
	case "blob":
		r.limits.blob = n
	case "tree":
		r.limits.tree = n
	case "commit":
		r.limits.commit = n
	case "depth":
		r.limits.depth = int(n)
	case "files":
		r.limits.files = int(n)
	case "commits":
		r.limits.commits = int(n)
	default:
		panic("gitrepo: no limit called " + kind)
	}
}
