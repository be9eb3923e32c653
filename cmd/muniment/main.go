// Command muniment keeps evidence for cloud workloads honest: it checks records in git, judges them against dated
// obligations and publishes a portal that says what is met, why, and what falls due.
package main

import (
	"os"
	_ "time/tzdata" // days of history are days in London, also where the machine has no zone data

	"example.org/muniment/internal/cli"
)

func main() { os.Exit(cli.Main()) }
