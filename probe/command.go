package probe

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/procfs"
	"github.com/trapline/trapline/unwind"
	"github.com/trapline/trapline/variable"
)

// A command is one that the prompt knows. It reports whether the program goes on.
type command struct {
	name, short, about string
	do                 func(*Prompt, string) bool
}

// commands are all of them, in the order of their help.
var commands []command

func init() {
	commands = []command{
		{"bt", "", "the calls that led here", (*Prompt).backtrace},
		{"args", "", "the arguments of the function", (*Prompt).arguments},
		{"locals", "l", "its variables", (*Prompt).locals},
		{"print", "p", "EXPRESSION, ...: what it comes to", (*Prompt).print},
		{"x", "", "EXPRESSION [WORDS]: memory at an address", (*Prompt).memory},
		{"regs", "", "the registers", (*Prompt).registers},
		{"threads", "", "all threads, and where they are", (*Prompt).threads},
		{"step", "s", "go on to the next line, into calls", (*Prompt).step},
		{"next", "n", "go on to the next line of this function", (*Prompt).next},
		{"until", "u", "LINE or FILE:LINE: go on until that line", (*Prompt).until},
		{"finish", "", "go on until the function returns", (*Prompt).finish},
		{"continue", "c", "go on until a probe is hit again", (*Prompt).resume},
		{"quit", "q", "let the program go on without us", (*Prompt).quit},
		{"help", "h", "this list", (*Prompt).help},
	}
}

// command does what a line says.
func (p *Prompt) command(line string) (goes bool) {
	name, rest, _ := strings.Cut(line, " ")
	for i := range commands {
		if c := &commands[i]; c.name == name || c.short != "" && c.short == name {
			return c.do(p, strings.TrimSpace(rest))
		}
	}
	if name != "" {
		p.say("unknown command '%s'; help lists them\n", name)
	}
	return false
}

func (p *Prompt) help(string) bool {
	for _, c := range commands {
		name := c.name
		if c.short != "" {
			name += ", " + c.short
		}
		p.say("  %-12s %s\n", name, c.about)
	}
	return false
}

func (p *Prompt) quit(string) bool {
	p.leave()
	return true
}

// resume lets everything go on, for good behind the last hit that was asked for.
func (p *Prompt) resume(string) bool {
	if p.run.over() {
		p.leave()
	} else {
		p.goOn()
	}
	return true
}

func (p *Prompt) backtrace(string) bool {
	frames, err := p.run.walker.walk(nil, p.at, 0)
	var names unwind.Names
	n := 0
	for i := range frames {
		places := names.Of(&frames[i])
		if len(places) == 0 {
			p.say("#%-3d %s\n", n, frames[i].PC)
			n++
		}
		for _, place := range places {
			p.say("#%-3d %s", n, appendPlace(nil, place))
			n++
		}
	}
	if err != nil {
		p.say("(%s)\n", err)
	}
	return false
}

// frame is the function that the task is in.
func (p *Prompt) frame() *variable.Frame {
	return p.run.frameOf(p.at, p.run.scope(p.at, anyBody.calls))
}

func (p *Prompt) arguments(string) bool { return p.variables((*variable.Frame).Arguments) }
func (p *Prompt) locals(string) bool    { return p.variables((*variable.Frame).Locals) }

// variables shows some of the function's variables.
func (p *Prompt) variables(some func(*variable.Frame) []variable.Argument) bool {
	if f := p.frame(); f.Scope != nil {
		p.values(some(f))
	} else {
		p.say("no debug information here\n")
	}
	return false
}

func (p *Prompt) values(all []variable.Argument) {
	for i := range all {
		p.say("%s = %s\n", all[i].Name, all[i].Value.Text(p.Limits))
	}
}

func (p *Prompt) print(text string) bool {
	exprs, err := variable.ParseExprs(text)
	if err != nil {
		p.say("%s\n", err)
	}
	f := p.frame()
	for _, e := range exprs {
		v := e.Eval(f)
		p.say("%s = %s\n", e.Text, v.Text(p.Limits))
	}
	return false
}

// maxWords is how many words x shows.
const maxWords = 1024

func (p *Prompt) memory(text string) bool {
	count := 8
	if i := strings.LastIndexByte(text, ' '); i > 0 {
		if n, err := strconv.Atoi(text[i+1:]); err == nil {
			text, count = text[:i], max(min(n, maxWords), 1)
		}
	}
	e, err := variable.ParseExpr(text)
	if err != nil {
		p.say("%s\n", err)
		return false
	}
	addr, err := e.Address(p.frame())
	if err != nil {
		p.say("%s: %s\n", e.Text, err)
		return false
	}
	p.words(addr, count)
	return false
}

// words shows memory, two words a line.
func (p *Prompt) words(addr abi.Addr, count int) {
	size := p.at.Regs.ABI.Word
	for i := range count {
		var b [8]byte
		at := addr + abi.Addr(i*size)
		if _, err := p.at.Memory.ReadMem(b[:size], at); err != nil {
			p.say("%s cannot be read\n", at)
			return
		}
		if i%2 == 0 {
			p.say("%s:", at)
		}
		p.say("  0x%0*x", 2*size, binary.LittleEndian.Uint64(b[:]))
		if i%2 == 1 || i == count-1 {
			p.say("\n")
		}
	}
}

func (p *Prompt) registers(string) bool {
	for i, r := range p.at.Regs.ABI.Regs {
		p.say("%-8s 0x%x\n", r.Name, p.at.Regs.Values[i])
	}
	return false
}

func (p *Prompt) threads(string) bool {
	for _, task := range p.run.Set.Tasks(p.task) {
		mark, name := " ", ""
		if task == p.task {
			mark = "*"
		}
		if comm, err := procfs.Comm(task.TID()); err == nil {
			name = fmt.Sprintf(" %q", comm)
		}
		h, err := p.run.Set.Look(task)
		if err != nil {
			p.say("%s %d%s (it has not stopped)\n", mark, task.TID(), name)
			continue
		}
		p.say("%s %s%s\n", mark, p.where(h), name)
	}
	return false
}
