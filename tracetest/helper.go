package tracetest

import (
	"os"

	"github.com/trapline/trapline/trial"
)

// helperVar is the environment variable that names the helper to be.
const helperVar = "TRACETEST_HELPER"

// Helpers are functions that a test binary can be in the place of a test, by name.
type Helpers map[string]func()

var helpers Helpers

// A Runner runs the tests: a *testing.M.
type Runner interface{ Run() int }

// Main runs the tests, or in a process that Run has started the helper it asks for. TestMain
// calls it:
//
//	func TestMain(m *testing.M) {
//		tracetest.Main(m, tracetest.Helpers{"store": store.Main})
//	}
//
// A helper finds its arguments in os.Args[1:] and ends with status 0 when it returns. Main does
// not return.
func Main(m Runner, known Helpers) {
	name := os.Getenv(helperVar)
	if name == "" {
		helpers = known
		os.Exit(m.Run())
	}
	os.Unsetenv(helperVar)
	run := known[name]
	trial.Mark()
	run()
	os.Exit(0)
}
