package probe

import (
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/breakpoint"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/insn"
	"github.com/trapline/trapline/trace"
)

// A goal is what a task is stepped to: another line than the one it was at.
type goal struct {
	from  image.Place
	into  bool // calls, too
	steps int
	met   bool // something watched has been used on the way
}

// maxSteps is how many instructions of a line are run one by one: it may have a loop.
const maxSteps = 100000

func (p *Prompt) step(string) bool { return p.begin(true) }
func (p *Prompt) next(string) bool { return p.begin(false) }

func (p *Prompt) begin(into bool) bool {
	p.goal = &goal{from: p.line(), into: into}
	p.stepOn()
	return true
}

// line is the place the prompt's task is at.
func (p *Prompt) line() image.Place { return lineOf(p.at) }

// lineOf is the place a task is at, without what differs within a line; empty if it is not known.
func lineOf(h *breakpoint.Hit) image.Place {
	if h.Module == nil {
		return image.Place{}
	}
	places := h.Module.Places(nil, h.Addr)
	if len(places) == 0 {
		return image.Place{}
	}
	return image.Place{Function: places[0].Function, File: places[0].File, Line: places[0].Line}
}

// stepOn runs one more instruction, or a whole call.
func (p *Prompt) stepOn() {
	i := p.instruction()
	called := i.Len > 0 && (i.Flow == insn.Calls || i.Flow == insn.CallsByValue)
	if called && !p.goal.into {
		p.runTo(p.at.Regs.SP(), i.Next())
		return
	}
	p.stepping = true
	err := p.run.Set.Step(p.task, func(*abi.Regs) { p.Post(func() { p.stepped(called) }) })
	if err != nil {
		p.say("%s\n", err)
		p.talk()
	}
}

// stepped looks where a step has led.
func (p *Prompt) stepped(called bool) {
	var err error
	p.stepping = false
	if p.at, err = p.run.Set.Look(p.task); err != nil {
		p.leave()
		return
	}
	now := p.line()
	p.goal.steps++
	switch {
	case p.goal.met:
		p.talk()
	case called && now.Line == 0: // into code without lines
		if !p.out() {
			p.talk()
		}
	case called && p.at.Module != nil && p.body():
	case now.Line > 0 && now != p.goal.from, p.goal.steps > maxSteps:
		p.talk()
	default:
		p.stepOn()
	}
}

// body runs to behind the prologue of a function that was just called; it reports false if that
// is here.
func (p *Prompt) body() bool {
	f, err := p.at.Module.File()
	if err != nil {
		return false
	}
	entry := uint64(p.at.Addr) - p.at.Module.Bias()
	body := f.Body(entry)
	if body == entry {
		return false
	}
	p.goal.from = image.Place{}
	p.runTo(0, p.at.Addr+abi.Addr(body-entry))
	return true
}

// instruction is the one the task is at.
func (p *Prompt) instruction() insn.Inst {
	var code [insn.MaxLen]byte
	n, _ := p.at.Memory.ReadMem(code[:], p.at.Addr)
	i, err := insn.Decode(p.at.Regs.ABI, p.at.Addr, code[:n])
	if err != nil {
		return insn.Inst{}
	}
	return i
}

func (p *Prompt) finish(string) bool {
	p.goal = nil
	if !p.out() {
		p.say("no function has called this one\n")
		return false
	}
	return true
}

// until runs until the task is at a line, of the file it is in if no other is named.
func (p *Prompt) until(text string) bool {
	if !strings.Contains(text, ":") {
		text = p.line().File + ":" + text
	}
	place, err := ParsePlace(text)
	if err != nil || place.Line == 0 || p.at.Module == nil {
		p.say("until what line? LINE or FILE:LINE\n")
		return false
	}
	f, err := p.at.Module.File()
	if err != nil {
		p.say("%s\n", err)
		return false
	}
	found, err := place.find(f)
	if err != nil || len(found) == 0 {
		p.say("%s is not in %s\n", text, f.Name)
		return false
	}
	p.goal = nil
	p.runTo(0, p.addresses(found)...)
	return true
}

// addresses are those of the module that the task is in, as the process has them.
func (p *Prompt) addresses(found []image.Location) (all []abi.Addr) {
	for i := range found {
		all = append(all, abi.Addr(found[i].Addr+p.at.Module.Bias()))
	}
	return all
}

// out runs until the function returns; it reports false if it returns nowhere.
func (p *Prompt) out() bool {
	back, sp, ok := p.run.walker.caller(p.at)
	if ok {
		p.runTo(sp, back)
	}
	return ok
}

// A target is where a task is let go on to.
type target struct {
	task *trace.Task
	sp   abi.Addr // there; zero for any
	goal *goal
}

// runTo lets everything go on until the task is at one of the addresses, with the stack pointer
// there if that is not zero.
func (p *Prompt) runTo(sp abi.Addr, addrs ...abi.Addr) {
	p.target = &target{p.task, sp, p.goal}
	for _, addr := range addrs {
		b := p.run.stops[addr]
		if b == nil {
			b = &breakpoint.Breakpoint{Hit: p.reach}
			p.run.stops[addr] = b
		}
		if err := p.run.Set.Plant(p.task, addr, b); err != nil {
			p.say("%s\n", err)
			p.talk()
			return
		}
	}
	p.goOn()
}

// reach stops everything if a task is where it was let go on to.
func (p *Prompt) reach(h *breakpoint.Hit) (trace.Mode, error) {
	t := p.target
	if t == nil || h.Task != t.task || t.sp != 0 && h.Regs.SP() != t.sp {
		return trace.Default, nil
	}
	p.target, p.asked = nil, true
	p.run.Set.Stop()
	p.Post(func() { p.arrived(t.goal) })
	return trace.Hold, nil
}

// arrived goes on towards a goal, or talks if there is none.
func (p *Prompt) arrived(g *goal) {
	p.asked = false
	if g == nil {
		p.talk()
		return
	}
	p.goal = g
	p.stepped(false)
}
