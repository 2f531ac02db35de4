package unwind

import (
	"fmt"
	"go/version"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// A goLayout says where the runtime's structures have what is read of them.
type goLayout struct {
	since string
	// Of g: behind goSchedPC; and in turn syscallbp, zero before Go 1.23, and parentGoid,
	// zero before Go 1.21.
	bp, syscallSP, status, id, waits, reason, locked, parent, created, start int
	// Of m: the thread's id and the user's goroutine.
	tid, current int
}

// goLayouts64 and goLayouts32 are those of the versions of Go, the newest first. They
// were read from the DWARF of programs that each version built; amd64 and arm64 agree.
var (
	goLayouts64 = []goLayout{
		{"go1.26", 96, 104, 144, 152, 168, 176, 208, 280, 288, 304, 64, 184},
		{"go1.25", 96, 104, 144, 152, 168, 176, 208, 272, 280, 296, 64, 184},
		{"go1.23", 104, 112, 152, 160, 176, 184, 216, 280, 288, 304, 72, 192},
		{"go1.21", 104, 112, 144, 152, 168, 176, 208, 272, 280, 296, 72, 192},
		{"go1.17", 104, 112, 144, 152, 168, 176, 232, 0, 296, 312, 72, 192},
		{"go1.16", 104, 112, 144, 152, 168, 176, 216, 0, 280, 296, 72, 192},
	}
	goLayouts32 = []goLayout{
		{"go1.26", 48, 52, 72, 80, 92, 100, 132, 176, 184, 192, 32, 100},
		{"go1.25", 48, 52, 72, 80, 92, 100, 132, 168, 176, 184, 32, 100},
		{"go1.24", 52, 56, 76, 84, 96, 104, 136, 172, 180, 188, 40, 108},
		{"go1.23", 52, 56, 76, 84, 96, 104, 136, 168, 176, 184, 40, 108},
		{"go1.21", 52, 56, 72, 80, 92, 100, 132, 164, 172, 180, 40, 108},
		{"go1.18", 52, 56, 72, 80, 92, 100, 152, 0, 184, 192, 40, 108},
		{"go1.17", 52, 56, 72, 80, 92, 100, 152, 0, 184, 192, 36, 104},
		{"go1.16", 52, 56, 72, 80, 92, 100, 132, 0, 164, 172, 36, 104},
	}
)

// goLayoutOf returns the layout of a release of Go; nil for one that the table does not have.
func goLayoutOf(a *abi.ABI, release string) *goLayout {
	layouts := goLayouts64
	if a.Word == 4 {
		layouts = goLayouts32
	}
	if !version.IsValid(release) || version.Compare(version.Lang(release), layouts[0].since) > 0 {
		return nil
	}
	for i := range layouts {
		if version.Compare(release, layouts[i].since) >= 0 {
			return &layouts[i]
		}
	}
	return nil
}

// A GoVersionError is about a program of a Go whose goroutines are not known.
type GoVersionError struct {
	File, Version string
}

// Error implements error.
func (e *GoVersionError) Error() string {
	if e.Version == "" {
		return fmt.Sprintf("unwind: %s does not say which Go built it, and has no DWARF that tells where goroutines are", e.File)
	}
	return fmt.Sprintf("unwind: %s was built by %s, of which only DWARF tells where goroutines are: build it without -ldflags=-w",
		e.File, e.Version)
}

// goLayoutIn returns the layout of the runtime in a program, and its reasons to wait. Other
// versions than the releases that were looked at, and those with experiments, have to tell in
// their DWARF. Their reasons are not known.
func goLayoutIn(f *image.File) (*goLayout, []string, error) {
	release := f.GoVersion()
	if l := goLayoutOf(f.ABI(), release); l != nil {
		return l, goReasonsOf(release), nil
	}
	if l := goLayoutOfDWARF(f); l != nil {
		return l, nil, nil
	}
	return nil, nil, &GoVersionError{f.Name, release}
}

// goLayoutOfDWARF reads the layout of a program's own DWARF; nil if there is none, or what
// never changed is not where it was.
func goLayoutOfDWARF(f *image.File) *goLayout {
	word := f.ABI().Word
	s := f.Structures("runtime.g", "runtime.m", "runtime.gobuf")
	g, m, buf := s["runtime.g"], s["runtime.m"], s["runtime.gobuf"]
	fixed := g["m"] == goM*word && g["sched"] == goSchedSP*word && g["syscallpc"] == g["syscallsp"]+word && buf["pc"] == word
	l := &goLayout{
		bp: g["sched"] + buf["bp"], syscallSP: g["syscallsp"], status: g["atomicstatus"], id: g["goid"], waits: g["waitsince"],
		reason: g["waitreason"], locked: g["lockedm"], parent: g["parentGoid"], created: g["gopc"], start: g["startpc"],
		tid: m["procid"], current: m["curg"],
	}
	for _, offset := range []int{buf["bp"], l.status, l.id, l.waits, l.reason, l.locked, l.created, l.start, l.tid, l.current} {
		fixed = fixed && offset > 0 && offset < goStructs
	}
	if !fixed || l.parent < 0 || l.size() > goStructs {
		return nil
	}
	return l
}

// size is how much of a g has all that is read of it.
func (l *goLayout) size() int {
	return 8 + max(l.bp, l.syscallSP+8, l.status, l.id, l.waits, l.reason, l.locked, l.parent, l.created, l.start)
}

// goStructs is more than the runtime's structures of a goroutine and of a thread have before
// what is read of them.
const goStructs = 4096

// A goReason is why a goroutine waits, in the versions of Go that know the reason.
type goReason struct {
	text         string
	since, until string // empty for always
}

// goReasons are in the order of the runtime's numbers.
var goReasons = []goReason{
	{text: ""}, {text: "GC assist marking"}, {text: "IO wait"}, {text: "chan receive (nil chan)", until: "go1.26"},
	{text: "chan send (nil chan)", until: "go1.26"}, {text: "dumping heap"}, {text: "garbage collection"},
	{text: "garbage collection scan"}, {text: "panicwait"}, {text: "select", until: "go1.26"}, {text: "select (no cases)", until: "go1.26"},
	{text: "GC assist wait"}, {text: "GC sweep wait"}, {text: "GC scavenge wait"}, {text: "chan receive", until: "go1.26"},
	{text: "chan send", until: "go1.26"}, {text: "finalizer wait"}, {text: "force gc (idle)"},
	{text: "GOMAXPROCS updater (idle)", since: "go1.25"}, {text: "semacquire"}, {text: "sleep"},
	{text: "chan receive (nil chan)", since: "go1.26"}, {text: "chan send (nil chan)", since: "go1.26"},
	{text: "select (no cases)", since: "go1.26"}, {text: "select", since: "go1.26"},
	{text: "chan receive", since: "go1.26"}, {text: "chan send", since: "go1.26"},
	{text: "sync.Cond.Wait"}, {text: "timer goroutine (idle)", until: "go1.20"},
	{text: "sync.Mutex.Lock", since: "go1.20"}, {text: "sync.RWMutex.RLock", since: "go1.20"},
	{text: "sync.RWMutex.Lock", since: "go1.20"}, {text: "sync.WaitGroup.Wait", since: "go1.24"},
	{text: "trace reader (blocked)"}, {text: "wait for GC cycle"}, {text: "GC worker (idle)"},
	{text: "GC worker (active)", since: "go1.20"}, {text: "preempted"}, {text: "debug call"},
	{text: "GC mark termination", since: "go1.20"}, {text: "stopping the world", since: "go1.20"},
	{text: "flushing proc caches", since: "go1.22"}, {text: "trace goroutine status", since: "go1.22"},
	{text: "trace proc status", since: "go1.22"}, {text: "page trace flush", since: "go1.22"},
	{text: "coroutine", since: "go1.22"}, {text: "GC weak to strong wait", since: "go1.23"},
	{text: "synctest.Run", since: "go1.24"}, {text: "synctest.Wait", since: "go1.24"},
	{text: "chan receive (synctest)", since: "go1.24", until: "go1.25"},
	{text: "chan send (synctest)", since: "go1.24", until: "go1.25"},
	{text: "select (synctest)", since: "go1.24", until: "go1.25"},
	{text: "chan receive (durable)", since: "go1.25"}, {text: "chan send (durable)", since: "go1.25"},
	{text: "select (durable)", since: "go1.25"}, {text: "sync.WaitGroup.Wait (durable)", since: "go1.25"},
	{text: "cleanup wait", since: "go1.25"},
}

// goReasonsOf are the texts of a version by number.
func goReasonsOf(goVersion string) []string {
	var texts []string
	for _, r := range goReasons {
		early := r.since != "" && version.Compare(goVersion, r.since) < 0
		late := r.until != "" && version.Compare(goVersion, r.until) >= 0
		if !early && !late {
			texts = append(texts, r.text)
		}
	}
	return texts
}
