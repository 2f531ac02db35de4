package cli

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/trapline/trapline/render/json"
	"github.com/trapline/trapline/render/strace"
)

const recordedTrace = `{"type":"call","seq":2,"begun":1,"time":"2026-11-28T22:56:32.000000001Z","pid":1,"tid":1,"became":2,"abi":"i386","nr":102,"name":"bind","known":1,"words":["0x1"],"args":[{"name":"fd","raw":"0x1","value":{"fd":3,"path":"x","object":{"signalfd":{"members":[]}}}},{"name":"addr","value":{"ptr":"0x1","to":{"struct":[{"name":"a","value":{"or":[{"flags":3,"size":4,"set":"open modes","names":{"A":1}},{"int":1,"size":2,"form":"mode"}]}}]}}},{"name":"x","value":{"before":{"str":"a"},"after":{"macro":"makedev","args":[{"int":1,"size":4}]},"apart":true}}],"status":"failed","result":{"raw":"0xfffffffffffffffe","error":{"number":2}},"pending":1}
{"type":"personality","seq":3,"tid":2,"abi":"amd64","nr":1}
{"type":"signal","seq":4,"tid":2,"signal":17,"info":{"note":"a","of":{"pid":3,"comm":"x","ours":4}}}
{"type":"call","seq":6,"begun":5,"tid":2,"abi":"amd64","nr":39,"name":"getpid","args":[{"value":{"absent":[{"lost":"0x1"}],"more":true}}],"known":1,"status":"unfinished","resumes":{"abi":"amd64","nr":230}}
{"type":"stop","seq":7,"tid":2,"signal":19,"stack":[{"pc":"0x1010","file":"/lib/é","at":"0x10","symbol":"f","offset":"0x1","source":"a.c","line":3,"inlined":true},{"pc":"0x1010","file64":"/w==","at":"0x10","guess":true},{"pc":"0x1"}],"stack_end":"too many stack frames"}
{"type":"task","seq":8,"tid":3,"parent":2}
{"type":"exit","seq":9,"tid":2,"by":3}
{"type":"exec","seq":10,"tid":2,"former":3}
{"type":"exit","seq":11,"tid":2,"signal":9,"core":true}
{"type":"attach","seq":12,"tid":4}
{"type":"detach","seq":13,"tid":4}
`

// unprintable reports what must not come out. Only files and functions of stacks are more than
// ASCII.
func unprintable(r rune) bool {
	return r != '\n' && !unicode.IsPrint(r) || r == unicode.ReplacementChar
}

// Whatever is formatted, it ends; only printable text comes out.
func FuzzFormat(f *testing.F) {
	for line := range strings.Lines(recordedTrace) {
		f.Add([]byte(line))
	}
	f.Add([]byte(recordedTrace))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, args := range [][]string{nil, {"-X", "raw", "-N", "-n", "-i", "-tt", "-r", "-T"}, {"-X", "verbose", "-yy", "-Y", "-xx", "-Z"}, {"-e", "raw=all", "-v"}, {"-kk"}, {"-k", "--stack-trace-frame-limit=1"}} {
			r := newRendering(t, args...)
			replay(strace.NewReplay(r.o.render), json.NewOrdered(json.NewReader(bytes.NewReader(data))))
			if strings.ContainsFunc(r.out.String(), unprintable) {
				t.Fatalf("%v: %q", args, r.out.String())
			}
		}
	})
}
