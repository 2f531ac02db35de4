// Package decode turns the words of a system call and the memory they point to
// into values, by the types of the system call table.
package decode

import (
	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// Mode says how much of a call is decoded.
type Mode struct {
	Strings int  // the longest string, in bytes
	Verbose bool // nothing is left out; otherwise large structures and arrays are abbreviated
	Opaque  bool // pointers are not followed
	Raw     bool // every argument is a bare word
	FDs     FDDetail
	PIDs    PIDDetail

	Namespaces bool // the namespaces a task enters are shown
	Entries    bool // what a call has an io_uring take is looked at

	VCPU VCPUDetail
}

// A Call is one system call from its entry to its result. It is reused for the
// next call of the same task; values are valid until then.
type Call struct {
	abi.Call
	// Row is the call's description, nil for a number the ABI does not know.
	Row *syscalls.Syscall
	// Args are the arguments decoded so far, in order. At entry they end before the
	// first one whose value only the kernel's answer gives; at exit they are complete.
	// The last one of the entry may be a Change that is Apart: its After comes at exit.
	Args []value.Field
	// SP is the stack pointer at the entry, to be set before Enter; rt_sigreturn finds
	// its frame there.
	SP abi.Addr
	// TID is the task, to be set before Enter, where its descriptors may be looked up to
	// tell a netlink socket from others; zero: they are not.
	TID int
	// Lookup, to be set before Enter, finds out what Mode's FDs and PIDs ask for; nil:
	// nothing is told.
	Lookup Lookup
	// Result is what the call returned, Ret its decoded form, and After what is
	// shown behind it (nil for most calls). Set by Exit.
	Result abi.Result
	Ret    value.Value
	After  value.Value
	// Submitted is what an io_uring had waiting for this call to take it, a structure for
	// each entry; nil when there is none, when that was not asked for or is not known. Set by
	// Enter.
	Submitted *value.Array
	// VCPU is the virtual processor that the call runs, if Mode asks for it.
	VCPU VCPU

	arena    value.Arena
	mode     Mode
	x        context
	params   []syscalls.Param // Row.Params, with Rest replaced by what it stands for
	rest     []syscalls.Param // room for params
	words    []uint64         // the word of each parameter
	next     int              // the first parameter that is not decoded yet
	saved    saved
	previous *syscalls.Syscall // the call before this one
	part     *syscalls.Part    // of the call that stands for this one, nil for most
	base     abi.Addr          // where that has its words in memory
}

// Enter begins a call at its entry. Memory that cannot be read becomes Lost.
func (c *Call) Enter(call abi.Call, row *syscalls.Syscall, mode Mode, m mem.Reader) {
	c.previous = c.Row
	if !c.start(call, row, mode, m) {
		c.params = nil
		c.wordArgs()
		return
	}
	c.decode()
	c.save()
	c.submit()
	c.enterVCPU()
	c.x.m = nil
}

// start finds out which parameters the call has; ok is false when it is shown as words.
func (c *Call) start(call abi.Call, row *syscalls.Syscall, mode Mode, m mem.Reader) (ok bool) {
	c.arena.Reset()
	c.Call, c.Row, c.mode = call, row, mode
	c.Args, c.Result, c.Ret, c.After, c.Submitted = c.Args[:0], abi.Result{}, nil, nil, nil
	c.saved, c.next, c.part, c.VCPU = saved{}, 0, nil, VCPU{}
	if c.bare() {
		return false
	}
	c.x.begin(c, m, false)
	if c.Row.Mux != syscalls.Single {
		c.demultiplex()
	}
	c.spread()
	return true
}

// Exit completes the call with its result.
func (c *Call) Exit(r abi.Result, m mem.Reader) {
	c.Result = r
	c.x.begin(c, m, true)
	c.finishChange()
	c.decode()
	c.decodeResult()
	c.exitVCPU()
	c.x.m = nil
}

// bare reports whether the arguments are shown as words.
func (c *Call) bare() bool { return c.mode.Raw || c.Row == nil || c.Row.Params == nil }

// wordArgs makes every register that carries an argument an argument.
func (c *Call) wordArgs() {
	n := abi.MaxArgs
	if c.Row != nil && c.Row.Params != nil {
		n = registers(c.Row.Params, c.ABI)
	}
	size := c.ABI.Reg
	if c.Row == nil { // of a call that nobody knows, registers are shown as they are
		size = 8
	}
	for i := range min(n, abi.MaxArgs) {
		word := c.arena.Int(c.Call.Args[i], size, value.Hex)
		c.Args = append(c.Args, value.Field{Name: wordNames[i], Value: word})
	}
}

var wordNames = [abi.MaxArgs]string{"arg1", "arg2", "arg3", "arg4", "arg5", "arg6"}

// registers counts the registers that params take, at most, under the ABI.
func registers(params []syscalls.Param, a *abi.ABI) int {
	n := 0
	for i := range params {
		if rest, ok := params[i].Type.(*syscalls.Rest); ok {
			return n + registers(rest.Else, a)
		}
		if params[i].Reg != syscalls.NoRegister {
			n += syscalls.Registers(params[i].Type, a)
		}
	}
	return n
}

// spread finds the parameters of this call and the word of each.
func (c *Call) spread() {
	c.params, c.words = c.Row.Params, c.words[:0]
	reg := 0
	for i := 0; i < len(c.params); i++ {
		if rest, ok := c.params[i].Type.(*syscalls.Rest); ok {
			c.expand(rest, i)
			i--
			continue
		}
		n := syscalls.Registers(c.params[i].Type, c.ABI)
		if at := c.params[i].Reg; at > 0 {
			reg = at - 1
		}
		c.words = append(c.words, c.word(reg, n))
		reg += n
	}
}

// expand puts what rest stands for in the place of parameter i, the last one.
func (c *Call) expand(rest *syscalls.Rest, i int) {
	c.rest = append(c.rest[:0], c.params[:i]...)
	c.params = c.rest
	c.x.scope = scope{params: c.params, words: c.words}
	on, _ := c.x.sibling(rest.On)
	c.rest = append(c.rest, rest.Case(c.ABI, on)...)
	c.params = c.rest
}

// word returns the value that n registers from reg on hold.
func (c *Call) word(reg, n int) uint64 {
	switch {
	case n == 0 || reg+n > abi.MaxArgs:
		return 0
	case n == 2:
		return uint64(uint32(c.Call.Args[reg])) | c.Call.Args[reg+1]<<32
	}
	return c.Call.Args[reg]
}

// decode appends arguments until one is met that only the exit gives.
func (c *Call) decode() {
	c.x.scope = scope{params: c.params, words: c.words}
	for ; c.next < len(c.params); c.next++ {
		p := &c.params[c.next]
		c.x.index = c.next
		v, when := c.x.param(p.Type, c.words[c.next])
		if when == later {
			return
		}
		if when == now {
			c.Args = append(c.Args, value.Field{Name: p.Name, Value: v})
		}
		if apart(v) && !c.x.exit {
			c.next++
			return
		}
	}
}

// apart reports whether the second half of v comes at exit.
func apart(v value.Value) bool {
	change, ok := v.(*value.Change)
	return ok && change.Apart
}

// finishChange gives the last argument of the entry its second half, when it is a
// Change that is Apart.
func (c *Call) finishChange() {
	if c.next == 0 || len(c.Args) == 0 {
		return
	}
	change, ok := c.Args[len(c.Args)-1].Value.(*value.Change)
	if !ok || !change.Apart {
		return
	}
	c.x.index = c.next - 1
	c.x.scope = scope{params: c.params, words: c.words}
	change.After, _ = c.x.param(c.params[c.x.index].Type, c.words[c.x.index])
}

// decodeResult decodes what the call returned.
func (c *Call) decodeResult() {
	if c.Result.Failed {
		return
	}
	switch {
	case c.mode.Raw && c.Row != nil:
		c.Ret = c.arena.Int(c.Result.Value, c.ABI.Reg, value.Hex)
	case c.Row == nil || c.Row.Ret == nil:
		c.Ret = c.arena.Int(c.Result.Value, c.ABI.Reg, value.Signed)
	default:
		c.Ret = c.x.scalar(c.Row.Ret, c.Result.Value)
		c.decodeAfter()
	}
}

func (c *Call) decodeAfter() {
	if c.Row.After != nil && !c.bare() {
		c.After = c.x.scalar(c.Row.After, c.Result.Value)
	}
}

// Complete reports whether Args holds every argument of the call: at entry, whether
// none has to wait for the kernel's answer.
func (c *Call) Complete() bool { return c.next >= len(c.params) }

// Raw reports whether the call is shown as words because that was asked for.
func (c *Call) Raw() bool { return c.mode.Raw }
