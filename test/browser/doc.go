// Package browser looks at a built portal as people and their browsers do. Every page is opened in headless Chromium and
// read by axe-core; the markup is read by the Nu HTML checker; every link is followed on disk. A portal passes when no
// page has a serious accessibility fault, an error in the console, a request to another host, an error in its markup or a
// link that leads nowhere, and when it works without script, from file:// and on paper.
//
// The tests run with "make browser" and are left out of a plain "go test ./...". By default they build the portal of
// evidence/ as of a fixed day with bin/muniment. To look at another one:
//
//	go test -tags browser ./test/browser -portal /srv/portal
//
// CHROMIUM names the browser to use. Pictures and prints of each kind of page are left in test/browser/out.
package browser
