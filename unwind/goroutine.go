package unwind

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/mem"
)

// A Goroutine is one of a Go program.
type Goroutine struct {
	ID      uint64
	Status  string   // running, runnable, syscall, waiting, preempted, ...
	Reason  string   // why it waits, as Go's own dumps say it
	Since   int64    // about when it began to wait, in nanoseconds of the monotonic clock; zero if unknown
	Parent  uint64   // the goroutine that created it; zero before Go 1.21
	Created abi.Addr // where the go statement returned to
	Start   abi.Addr // its first function
	System  bool     // the runtime's own
	Locked  bool     // to a thread
	Thread  int      // the thread that runs it; zero for none
	PC      abi.Addr // where it goes on when it is run again
	SP, FP  abi.Addr // like PC; of one that is running, zero or where it was last
	Low     abi.Addr // of its stack
	High    abi.Addr // the end of its stack
	Addr    abi.Addr // of the runtime's structure
	link    abi.Addr // of one that begins: where its first function returns to, if that is in a register
	abi     *abi.ABI
}

// Has reports whether an address is on its stack.
func (g *Goroutine) Has(sp abi.Addr) bool { return g.Low <= sp && sp < g.High }

// Regs are the registers to begin the walk of its stack with, if it is not running.
func (g *Goroutine) Regs() abi.Regs {
	r := abi.Regs{ABI: g.abi}
	m := machineOf(g.abi)
	for n, v := range map[int]abi.Addr{m.sp: g.SP, m.fp: g.FP, m.pc: g.PC, goRegister(g.abi): g.Addr} {
		if n >= 0 {
			r.Values[m.regs[n]] = uint64(v)
		}
	}
	return r
}

// A GoRuntime knows where a program's Go runtime keeps its goroutines.
type GoRuntime struct {
	abi     *abi.ABI
	layout  *goLayout
	reasons []string
	table   *image.GoTable
	bias    uint64
	all     abi.Addr // of the slice of pointers to them
	systems map[abi.Addr]bool
	// machines are the runtime's structures of threads that have been seen with a goroutine.
	machines map[int]abi.Addr
}

// Limits of what is believed of a program's memory.
const (
	maxGoroutines = 16 << 20
	maxGoData     = 64 << 20
	goBatch       = 64 << 10 // how much is read at once
	goGap         = 4096     // what is read rather than skipped
)

// Errors of Goroutines.
var (
	ErrNoGo       = errors.New("unwind: no Go program")
	ErrGoroutines = errors.New("unwind: the list of goroutines is not where it is expected")
)

// leastGo is less than the code of Go's runtime takes: files that have less are not opened to
// look for it.
const leastGo = 256 << 10

// Goroutines finds what is needed to list the goroutines of a process. The list lies at
// the same place as long as the program runs, so this can be done before it is held.
func Goroutines(space *image.Space, memory mem.Reader) (*GoRuntime, error) {
	for _, m := range space.Modules() {
		if m.End-m.Start < leastGo {
			continue
		}
		f, err := m.File()
		if err != nil || f.GoTable() == nil || machineOf(f.ABI()) == nil {
			continue
		}
		layout, reasons, err := goLayoutIn(f)
		if err != nil {
			return nil, err
		}
		r := &GoRuntime{
			abi: f.ABI(), layout: layout, reasons: reasons,
			table: f.GoTable(), bias: m.Bias(), systems: map[abi.Addr]bool{}, machines: map[int]abi.Addr{},
		}
		return r, r.find(memory)
	}
	return nil, ErrNoGo
}

// find looks for the list among the program's variables: it is a slice whose first
// element is the goroutine of the main function.
func (r *GoRuntime) find(memory mem.Reader) error {
	start, end, ok := r.table.Variables()
	main, found := r.table.Named("runtime.main")
	if !ok || !found {
		return ErrGoroutines
	}
	data := make([]byte, min(end-start, maxGoData))
	n, _ := memory.ReadMem(data, abi.Addr(start+r.bias))
	word := r.abi.Word
	for at := 0; at+3*word <= n; at += word {
		ptr, length := little(data[at:], word), little(data[at+word:], word)
		if ptr == 0 || length == 0 || length > maxGoroutines || little(data[at+2*word:], word) < length {
			continue
		}
		if r.isFirst(memory, abi.Addr(ptr), abi.Addr(main.Entry+r.bias)) {
			r.all = abi.Addr(start + r.bias + uint64(at))
			return nil
		}
	}
	return ErrGoroutines
}

// isFirst reports whether the pointer at an address is that to the main goroutine.
func (r *GoRuntime) isFirst(memory mem.Reader, addr, main abi.Addr) bool {
	g, err := r.word(memory, addr)
	if err != nil || g == 0 {
		return false
	}
	start, err := r.word(memory, abi.Addr(g)+abi.Addr(r.layout.start))
	if err != nil || abi.Addr(start) != main {
		return false
	}
	id, err := r.word(memory, abi.Addr(g)+abi.Addr(r.layout.id))
	return err == nil && id == 1
}

func (r *GoRuntime) word(memory mem.Reader, addr abi.Addr) (uint64, error) {
	var b [8]byte
	_, err := memory.ReadMem(b[:r.abi.Word], addr)
	return little(b[:], r.abi.Word), err
}

// List returns the goroutines that there are now, by id. The program must be held.
func (r *GoRuntime) List(memory mem.Reader) ([]Goroutine, error) {
	pointers, err := r.pointers(memory)
	if err != nil {
		return nil, err
	}
	slices.Sort(pointers)
	pointers = slices.Compact(pointers)
	size := r.layout.size()
	list := make([]Goroutine, 0, min(len(pointers), 1<<16))
	buf := make([]byte, goBatch)
	for len(pointers) > 0 {
		n := batch(pointers, size)
		first := pointers[0]
		span := int(pointers[n-1]-first) + size
		got, _ := memory.ReadMem(buf[:span], first)
		for _, p := range pointers[:n] {
			if at := int(p - first); at+size <= got {
				list = r.add(list, memory, p, buf[at:at+size])
			}
		}
		pointers = pointers[n:]
	}
	slices.SortFunc(list, func(a, b Goroutine) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// batch is how many of the pointers lead to structures that are read at once.
func batch(pointers []abi.Addr, size int) int {
	n := 1
	for n < len(pointers) && pointers[n]-pointers[n-1] < goGap && pointers[n]-pointers[0] < abi.Addr(goBatch-size) {
		n++
	}
	return n
}

// pointers returns the addresses of the goroutines' structures.
func (r *GoRuntime) pointers(memory mem.Reader) ([]abi.Addr, error) {
	at, err := r.word(memory, r.all)
	if err != nil {
		return nil, err
	}
	count, err := r.word(memory, r.all+abi.Addr(r.abi.Word))
	if err != nil {
		return nil, err
	}
	if count > maxGoroutines {
		return nil, ErrGoroutines
	}
	var pointers []abi.Addr
	buf := make([]byte, goBatch)
	for left := int(count) * r.abi.Word; left > 0; {
		n, err := memory.ReadMem(buf[:min(left, len(buf))], abi.Addr(at))
		for b := buf[:n]; len(b) >= r.abi.Word; b = b[r.abi.Word:] {
			pointers = append(pointers, abi.Addr(little(b, r.abi.Word)))
		}
		if err != nil {
			return pointers, err
		}
		left, at = left-n, at+uint64(n)
	}
	return pointers, nil
}

// goStatuses are by the runtime's numbers, without the mark of the garbage collector.
var goStatuses = []string{
	"idle", "runnable", "running", "syscall", "waiting", "", "dead", "", "copystack", "preempted", "leaked", "dead",
}

const goScanning = 0x1000

// add appends the goroutine whose structure is b, unless it is dead or none.
func (r *GoRuntime) add(list []Goroutine, memory mem.Reader, addr abi.Addr, b []byte) []Goroutine {
	l, word := r.layout, r.abi.Word
	at := func(offset int) abi.Addr { return abi.Addr(little(b[offset:], word)) }
	status := little(b[l.status:], 4) &^ goScanning
	if status >= uint64(len(goStatuses)) || goStatuses[status] == "" || goStatuses[status] == "dead" {
		return list
	}
	g := Goroutine{
		ID: little(b[l.id:], 8), Status: goStatuses[status], Addr: addr, abi: r.abi,
		Created: at(l.created), Start: at(l.start), Locked: at(l.locked) != 0,
		Low: at(0), High: at(goStackHi * word),
	}
	if l.parent != 0 {
		g.Parent = little(b[l.parent:], 8)
	}
	if g.Status == "waiting" {
		g.Since = int64(little(b[l.waits:], 8))
		if reason := int(b[l.reason]); reason < len(r.reasons) {
			g.Reason = r.reasons[reason]
		}
	}
	if m := at(goM * word); m != 0 {
		tid, _ := r.word(memory, m+abi.Addr(l.tid))
		g.Thread = int(uint32(tid))
		r.machines[g.Thread] = m
	}
	g.System = r.isSystem(g.Start)
	g.SP, g.PC, g.FP, g.link = at(goSchedSP*word), at(goSchedPC*word), at(l.bp), at(l.bp-word)
	if sp := at(l.syscallSP); sp != 0 && g.Status != "running" {
		g.SP, g.PC = sp, at(l.syscallSP+word)
	}
	return append(list, g)
}

// goOwn are the functions of the runtime that are not its own business when a goroutine
// begins with them.
var goOwn = []string{"runtime.main", "runtime.handleAsyncEvent"}

// isSystem reports whether a goroutine that begins there is the runtime's own.
func (r *GoRuntime) isSystem(start abi.Addr) bool {
	system, known := r.systems[start]
	if !known {
		if f, ok := r.table.Func(uint64(start) - r.bias); ok {
			name := f.Name()
			system = strings.HasPrefix(name, "runtime.") && !slices.Contains(goOwn, name)
		}
		r.systems[start] = system
	}
	return system
}

// WalkGoroutine is Walk for a goroutine that is not running.
func (u *Unwinder) WalkGoroutine(buf []Frame, g *Goroutine) ([]Frame, error) {
	r := g.Regs()
	u.Thread = GoThread{}
	if err := u.begin(&r); err != nil {
		return buf, err
	}
	u.alone = true
	s := &u.current
	s.known = goKept(s)
	s.call = u.resumesCall(s, g.PC)
	if s.link >= 0 && !s.call {
		s.set(s.link, uint64(g.link))
	}
	return u.walk(buf, s)
}

// resumesCall reports whether a goroutine that goes on at pc returns from a call there: it
// does not where it begins.
func (u *Unwinder) resumesCall(s *state, pc abi.Addr) bool {
	m := u.Space.At(pc)
	at := *s
	at.setPC(pc)
	at.call = false
	f, ok := goFunc(&at, m)
	return !ok || f.Entry != uint64(pc)-m.Bias()
}
