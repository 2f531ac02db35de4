// Package edit changes a system call of a stopped task by the names of the table.
//
// What the program's own call points to is never touched: strings, buffers and structures
// that the kernel only reads are copied to scratch memory, changed there, and the pointers
// on the way led to the copies. What the kernel writes is changed in place, because that is
// where the program looks for it.
package edit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
)

// A Call is one system call of a task from its entry to its exit. It is reused for the next
// call of the task.
type Call struct {
	// Made is the call as the program made it, Now as the kernel is to see it.
	Made, Now abi.Call
	// Row describes it; nil for a number that the ABI does not know.
	Row *syscalls.Syscall
	// Scene is the call as it is Now, for expressions.
	Scene filter.Scene
	// Waits, if it is not nil, is called when who changes the call has to wait while the task
	// maps scratch memory, and what it returns when that has been done.
	Waits func() (done func())

	outcome

	task    *trace.Task
	scratch *Scratch
	more    func(size int) bool // has the task map scratch memory; nil when that is too late
	result  *abi.Result         // nil at entry
	copies  []trace.Write       // what has been written to scratch memory
	writes  []trace.Write       // what is changed in place
	resized resized
}

// resized is a buffer that has another length than the program's: a whole write of it is
// one of the program's.
type resized struct{ from, to uint64 }

// Enter begins a call at its entry. The scratch memory serves until the exit.
func (c *Call) Enter(t *trace.Task, made abi.Call, row *syscalls.Syscall, s *Scratch) {
	*c = Call{Made: made, Now: made, Row: row, Scene: c.Scene, task: t, scratch: s, copies: c.copies[:0], writes: c.writes[:0]}
	c.begin()
}

// Task is the task that makes the call.
func (c *Call) Task() *trace.Task { return c.task }

// begin has the scene show the call as it is now.
func (c *Call) begin() {
	c.Scene.TID, c.Scene.PID = c.task.TID(), c.task.TGID()
	c.Scene.Call.TID = c.task.TID()
	c.Scene.Begin(c.Now, c.task)
}

// Exit goes on with the call's result, at its exit.
func (c *Call) Exit(r abi.Result, elapsed time.Duration) {
	c.result = &r
	c.Scene.End(r, elapsed, c.task)
}

// Changed says whether the kernel is to see another call than the program made.
func (c *Call) Changed() bool { return c.Now != c.Made }

// Commit writes at the entry what is changed in place.
func (c *Call) Commit() error { return c.commitAll(c.writes) }

// repeat has everything written once more that was written at the entry, when the call is
// made again.
func (c *Call) repeat() error { return c.commitAll(c.copies) }

func (c *Call) commitAll(writes []trace.Write) error {
	for _, w := range writes {
		if err := c.commit(w); err != nil {
			return err
		}
	}
	return nil
}

func (c *Call) commit(w trace.Write) error {
	if _, err := c.task.WriteMem(w.Data, w.Addr); err != nil {
		return fmt.Errorf("edit: write %d bytes at %s of %d: %w", len(w.Data), w.Addr, c.task.TID(), err)
	}
	return nil
}

// Has reports whether there is a value of that name to change: not where a pointer on the
// way is NULL or leads nowhere.
func (c *Call) Has(path decode.Path) bool {
	p, ok := c.Scene.Call.LocateWord(path)
	if ok && p.Regs == 0 {
		var b [1]byte
		_, err := c.task.ReadMem(b[:], p.Addr)
		ok = err == nil
	}
	return ok
}

// SetInt gives the number of that name a value.
func (c *Call) SetInt(path decode.Path, v uint64) error {
	p, ok := c.Scene.Call.Locate(path)
	if !ok {
		return c.absent(path)
	}
	return c.setWord(&p, v)
}

func (c *Call) absent(path decode.Path) error {
	return fmt.Errorf("edit: the %s of %d has no %s", c.Name(), c.task.TID(), path)
}

// Name is the name of the call; of one that stands for others, as i386's socketcall, that of
// the one that is meant.
func (c *Call) Name() string {
	if row := c.Scene.Call.Row; row != nil {
		return row.Name
	}
	return "call"
}

// setWord changes the number at p.
func (c *Call) setWord(p *decode.Place, v uint64) error {
	if p.Regs > 0 {
		c.setRegs(p, v)
		return nil
	}
	if p.Size <= 0 || p.Size > 8 {
		return fmt.Errorf("edit: %d bytes of %s are no number", p.Size, c.Name())
	}
	return c.put(p.Hops(), p.Addr, number(v, p))
}

// number is v as it lies in memory at p.
func number(v uint64, p *decode.Place) []byte {
	var b [8]byte
	if t, ok := p.Type.(syscalls.Bits); ok && t.BigEndian {
		binary.BigEndian.PutUint64(b[:], v<<(64-8*p.Size))
	} else {
		binary.LittleEndian.PutUint64(b[:], v)
	}
	return b[:p.Size]
}

// setRegs changes the registers that hold the number at p.
func (c *Call) setRegs(p *decode.Place, v uint64) {
	c.Now.Args[p.Reg] = c.Now.ABI.TruncateReg(v)
	if p.Regs == 2 {
		c.Now.Args[p.Reg+1] = v >> 32
	}
	c.begin()
}

// put writes bytes at an address that lies in the last of the objects that the hops lead
// to, after copying it where that is called for.
func (c *Call) put(hops []decode.Hop, at abi.Addr, data []byte) error {
	if len(hops) == 0 {
		return c.putArgument(at, data)
	}
	at, err := c.own(hops, at)
	if err != nil {
		return err
	}
	return c.write(at, data)
}

// putArgument writes to the array that holds the arguments of a part of socketcall or ipc.
func (c *Call) putArgument(at abi.Addr, data []byte) error {
	size := abi.MaxArgs * c.Now.ABI.Word
	for i, arg := range c.Now.Args {
		array := abi.Addr(arg)
		if at < array || at-array >= abi.Addr(size) {
			continue
		}
		if !c.scratch.holds(array) {
			n, _ := c.task.ReadMem(make([]byte, size), array) // it may be shorter
			copied, err := c.copy(array, n, size)
			if err != nil {
				return err
			}
			c.Now.Args[i] = uint64(copied)
			at += copied - array
		}
		err := c.write(at, data)
		c.begin()
		return err
	}
	return fmt.Errorf("edit: %s is no argument of %s", at, c.Name())
}

// write changes memory: scratch memory and answers at once, other memory at Commit.
func (c *Call) write(at abi.Addr, data []byte) error {
	w := trace.Write{Addr: at, Data: data}
	switch {
	case c.result != nil:
		return c.commit(w)
	case c.scratch.holds(at):
		c.copies = append(c.copies, w)
		return c.commit(w)
	}
	c.writes = append(c.writes, w)
	return nil
}

// take returns room for n bytes of scratch memory.
func (c *Call) take(n int) (abi.Addr, error) {
	at, err := c.scratch.take(n)
	var need *NeedError
	if errors.As(err, &need) && c.wait(need.Size) {
		return c.scratch.take(n)
	}
	return at, err
}

// wait has the task map scratch memory and reports whether it has.
func (c *Call) wait(size int) bool {
	if c.more == nil {
		return false
	}
	if c.Waits != nil {
		defer c.Waits()()
	}
	return c.more(size)
}

// own returns where the byte at an address in the last object may be changed: in a copy,
// but in place where the kernel answers there too.
func (c *Call) own(hops []decode.Hop, at abi.Addr) (abi.Addr, error) {
	last := hops[len(hops)-1]
	if last.Dir != syscalls.In || c.scratch.holds(last.Object) || c.result != nil {
		return at, nil
	}
	copied, err := c.copy(last.Object, last.Size, last.Size)
	if err != nil {
		return 0, err
	}
	return copied + (at - last.Object), c.lead(hops, copied)
}

// copy puts the first n bytes at an address into scratch memory with room for size.
func (c *Call) copy(from abi.Addr, n, size int) (abi.Addr, error) {
	to, err := c.take(size)
	if err != nil {
		return 0, err
	}
	data := make([]byte, n)
	if _, err := c.task.ReadMem(data, from); err != nil {
		return 0, fmt.Errorf("edit: copy %d bytes at %s of %d: %w", n, from, c.task.TID(), err)
	}
	return to, c.write(to, data)
}

// lead makes the last pointer of the hops lead to another address.
func (c *Call) lead(hops []decode.Hop, to abi.Addr) error {
	last := hops[len(hops)-1]
	if last.Reg >= 0 {
		c.Now.Args[last.Reg] = uint64(to)
		c.begin()
		return nil
	}
	return c.put(hops[:len(hops)-1], last.Pointer, c.pointer(to))
}

// pointer is an address as it lies in memory.
func (c *Call) pointer(to abi.Addr) []byte {
	return binary.LittleEndian.AppendUint64(nil, uint64(to))[:c.Now.ABI.Word]
}

// SetBytes gives the string, the buffer or the address of that name a value. A buffer that
// the program hands over may become longer or shorter. One that the kernel has filled cannot
// become longer; where the call's result is its length, that follows.
func (c *Call) SetBytes(path decode.Path, data []byte) error {
	word, ok := c.Scene.Call.LocateWord(path)
	if !ok {
		return c.absent(path)
	}
	pointer, _ := word.Type.(syscalls.Pointer)
	if pointer.Elem != nil && pointer.Dir == syscalls.In && c.result == nil {
		return c.hand(path, &word, data)
	}
	p, ok := c.Scene.Call.Locate(path)
	if !ok {
		return c.absent(path)
	}
	if _, buffer := p.Type.(syscalls.Buf); buffer && len(data) > p.Size {
		data = data[:p.Size]
	}
	err := c.fill(path, &p, data)
	if _, ref := lengthOf(c.Now.ABI, pointer.Elem); err == nil && ref == syscalls.Result && uint64(len(data)) != c.Result.Value {
		c.Answer(abi.Result{Value: uint64(len(data))})
	}
	return err
}

// hand puts bytes into scratch memory and leads the pointer at word there.
func (c *Call) hand(path decode.Path, word *decode.Place, data []byte) error {
	length, counted := c.length(path)
	room := len(data)
	if !counted {
		room++ // a NUL
	}
	at, err := c.take(max(room, 1))
	if err != nil {
		return err
	}
	if err := c.write(at, append(data[:len(data):len(data)], 0)[:room]); err != nil {
		return err
	}
	if counted {
		if err := c.resize(length, len(data)); err != nil {
			return err
		}
	}
	if word.Regs > 0 {
		c.setRegs(word, uint64(at))
		return nil
	}
	// The structure that holds the pointer may have been copied when the length was set.
	if again, ok := c.Scene.Call.LocateWord(path); ok {
		word = &again
	}
	return c.put(word.Hops(), word.Addr, c.pointer(at))
}

// resize sets the length of a buffer.
func (c *Call) resize(length decode.Path, n int) error {
	p, ok := c.Scene.Call.Locate(length)
	if !ok {
		return c.absent(length)
	}
	was, _ := c.Scene.Call.Load(&p)
	if was == uint64(n) {
		return nil
	}
	if len(length) == 1 {
		from := was
		if c.resized != (resized{}) {
			from = c.resized.from // it is changed once more
		}
		c.resized = resized{from, uint64(n)}
	}
	return c.setWord(&p, uint64(n))
}

// fill puts bytes where there is room for them already.
func (c *Call) fill(path decode.Path, p *decode.Place, data []byte) error {
	switch t := p.Type.(type) {
	case syscalls.Inet:
		addr, err := netip.ParseAddr(string(data))
		if err != nil || addr.BitLen() != 8*t.Bytes {
			return fmt.Errorf("edit: %q is no address of %d bytes", data, t.Bytes)
		}
		return c.put(p.Hops(), p.Addr, addr.AsSlice())
	case syscalls.Str:
		if len(data) >= p.Size && t.Room > 0 {
			return c.grow(path, p, t.Room, data)
		}
		return c.put(p.Hops(), p.Addr, append(data[:len(data):len(data)], 0))
	}
	if len(data) > p.Size {
		return fmt.Errorf("edit: %s of %s has room for %d bytes, %d do not fit", path, c.Name(), p.Size, len(data))
	}
	return c.put(p.Hops(), p.Addr, data)
}

// grow makes the structure larger that ends with the string at p, as a socket address does.
func (c *Call) grow(path decode.Path, p *decode.Place, room int, data []byte) error {
	length, ok := c.length(path)
	if !ok || len(data) > room {
		return fmt.Errorf("edit: %s of %s has room for %d bytes, %d do not fit", path, c.Name(), p.Size, len(data))
	}
	hops := p.Hops()
	last := hops[len(hops)-1]
	before := int(p.Addr - last.Object)
	size := before + min(len(data)+1, room)
	at, err := c.copy(last.Object, before, size)
	if err != nil {
		return err
	}
	if err := c.write(at+abi.Addr(before), append(data[:len(data):len(data)], 0)[:size-before]); err != nil {
		return err
	}
	if err := c.lead(hops, at); err != nil {
		return err
	}
	return c.SetInt(length, uint64(size))
}

// length names what tells the length of a buffer, or of the structure around a string.
func (c *Call) length(path decode.Path) (decode.Path, bool) {
	for i := len(path); i > 0; i-- {
		word, ok := c.Scene.Call.LocateWord(path[:i])
		if !ok {
			continue
		}
		if pointer, ok := word.Type.(syscalls.Pointer); ok {
			name, _ := lengthOf(c.Now.ABI, pointer.Elem)
			return append(path[:i-1:i-1], decode.Step{Name: name}), name != ""
		}
	}
	return nil, false
}

// lengthOf is the sibling that tells the length of a type, empty when there is none, and
// what the type itself calls it.
func lengthOf(a *abi.ABI, t syscalls.Type) (name string, ref syscalls.Ref) {
	var args []string
	if custom, ok := t.(syscalls.Custom); ok {
		args = custom.Args
		t = syscalls.Plain(a, &custom)
	}
	switch t := t.(type) {
	case syscalls.Buf:
		ref = t.Len
	case *syscalls.Union:
		ref = t.Len
	}
	for i, arg := range []syscalls.Ref{syscalls.Arg0, syscalls.Arg1, syscalls.Arg2} {
		if ref == arg && i < len(args) {
			ref = syscalls.Ref(args[i])
			break
		}
	}
	if ref == syscalls.Result {
		return "", ref
	}
	return string(ref), ref
}
