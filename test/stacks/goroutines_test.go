package main

import (
	"reflect"
	"testing"
)

const aDump = `SIGQUIT: quit
PC=0x47a m=0 sigcode=0

goroutine 0 gp=0x5e m=0 mp=0x5f [idle]:
runtime.futex(0x1)
	/go/src/runtime/sys.s:570 +0x23

goroutine 7 gp=0xc0 m=3 mp=0xc8 [running, locked to thread]:
main.(*stall).sell(0x1, {0x2})
	/src/market.go:20 +0x1 fp=0xc0 sp=0xc1 pc=0x47
panic({0x1})
	/go/src/runtime/panic.go:860 +0x1
main.sum[...](0x1)
	/src/market.go:35 +0x1
...2 frames elided...
created by main.main in goroutine 1
	/src/market.go:99 +0x1

goroutine 8 gp=0xc2 m=nil [chan receive, 2 minutes]:
runtime.systemstack_switch()
	/go/src/runtime/asm.s:500 +0x8
main.receive(0x1)
	/src/market.go:60 +0x1

rax    0x0
`

func TestParseDump(t *testing.T) {
	want := goStacks{
		7: {state: "running", created: "main.main market.go:99", calls: []string{
			"main.(*stall).sell market.go:20", "runtime.gopanic panic.go:860", "main.sum[...] market.go:35", gap,
		}},
		8: {state: "chan receive", calls: []string{"main.receive market.go:60"}},
	}
	if got := parseDump(aDump); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParseDelve(t *testing.T) {
	text := "(dlv) * Goroutine 1 - User: ./a.go:6 main.f (0x4e) (thread 7) [select 4]\n" +
		"\t0  0x000000000047e18e in \x1b[1mruntime.gopark\x1b[0m\n\t    at /go/\x1b[1mproc.go:463\x1b[0m\n" +
		"\t1  0x000000000047e18e in ???\n\t10  0x000000000047e18e in C.mill\n  Goroutine 18 - User: x\n[2 goroutines]\n"
	want := goStacks{1: {calls: []string{"runtime.gopark", "mill"}}, 18: {}}
	if got := parseDelve(text); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestCompareGoroutines(t *testing.T) {
	for _, test := range []struct {
		name          string
		ours, theirs  goStack
		equal, frames int
	}{
		{"equal", goStack{calls: []string{"a 1", "b 2"}}, goStack{calls: []string{"a 1", "b 2"}}, 2, 2},
		{"another line", goStack{calls: []string{"a 1", "b 2"}}, goStack{calls: []string{"a 1", "b 3"}}, 1, 2},
		{"one too many", goStack{calls: []string{"a 1", "b 2", "c 3"}}, goStack{calls: []string{"a 1", "c 3"}}, 2, 3},
		{"further in on a thread", goStack{thread: 7, calls: []string{"a 1", "b 2"}}, goStack{calls: []string{"b 2"}}, 1, 1},
		{"one is missing", goStack{thread: 7, calls: []string{"b 2"}}, goStack{calls: []string{"a 1", "b 2"}}, 1, 2},
		{"calls left out", goStack{calls: []string{"a 1", "b 2", "c 3"}}, goStack{calls: []string{"a 1", gap, "c 3"}}, 2, 2},
		{"created", goStack{created: "f 1"}, goStack{created: "f 1"}, 1, 1},
		{"created elsewhere", goStack{created: "f 2"}, goStack{created: "f 1"}, 0, 1},
		{"into C", goStack{thread: 7, calls: []string{"c 1", "runtime.cgocall x:9", "a 1"}}, goStack{calls: []string{"runtime.cgocall x:7", "a 1"}}, 2, 2},
		{"unknown", goStack{}, goStack{calls: []string{"a 1"}}, 0, 1},
	} {
		var got goTally
		got.compare(1, test.ours, test.theirs)
		if got.equal != test.equal || got.frames != test.frames || len(got.differences) != min(1, test.frames-test.equal) {
			t.Errorf("%s: %d of %d, %d differences", test.name, got.equal, got.frames, len(got.differences))
		}
	}
}
