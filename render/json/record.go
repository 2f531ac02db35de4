package json

import (
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/uapi"
)

// header begins the trace.
func (o *Observer) header(now time.Time) {
	o.buf = appendText(append(o.buf[:0], '{'), "type", "header")
	o.buf = appendUint(o.buf, "schema", Schema)
	o.buf = appendText(o.buf, "trapline", o.o.Version)
	o.buf = o.clock.appendTime(o.buf, now)
	o.buf = appendUint(o.buf, "strings", uint64(o.o.Strings))
	o.write()
}

// begin begins a record of something that happens now.
func (o *Observer) begin(kind string, t *task, when time.Time) {
	o.buf = appendText(append(o.buf[:0], '{'), "type", kind)
	o.buf = appendUint(o.buf, "seq", o.moment())
	o.stamp(t, when)
}

// stamp appends when something happened and to whom.
func (o *Observer) stamp(t *task, when time.Time) {
	o.buf = o.clock.appendTime(o.buf, when)
	o.buf = appendUint(o.buf, "pid", uint64(t.tgid))
	o.buf = appendUint(o.buf, "tid", uint64(t.tid))
}

// end ends a record. It says which call has been on its way for longest, for until
// that is written too a reader that wants the order of entries has to wait.
func (o *Observer) end() {
	if o.flying.oldest != nil {
		o.buf = appendUint(o.buf, "pending", o.flying.oldest.begun)
	}
	o.write()
}

func (o *Observer) write() {
	o.buf = append(o.buf, '}', '\n')
	o.o.Out.Write(o.buf)
}

// Remark writes what a script says: a text or, if data is true, a value in JSON.
func (o *Observer) Remark(text string, data bool) {
	o.buf = appendText(append(o.buf[:0], '{'), "type", "script")
	if data {
		o.buf = append(appendKey(o.buf, "value"), text...)
	} else {
		o.buf = appendText(o.buf, "text", text)
	}
	o.write()
}

// plain writes a record that has nothing of its own.
func (o *Observer) plain(kind string, t *task, when time.Time) {
	o.begin(kind, t, when)
	o.end()
}

// call writes the call of t, which has ended.
func (o *Observer) call(t *task, status Status, when time.Time, pc abi.Addr) {
	tid := t.call.TID
	o.buf = appendText(append(o.buf[:0], '{'), "type", "call")
	o.buf = appendUint(o.buf, "seq", o.moment())
	o.buf = appendUint(o.buf, "begun", t.begun)
	o.buf = o.clock.appendTime(o.buf, t.entered)
	o.buf = appendUint(o.buf, "pid", uint64(t.tgid))
	o.buf = appendUint(o.buf, "tid", uint64(tid))
	if tid != t.tid {
		o.buf = appendUint(o.buf, "became", uint64(t.tid))
	}
	o.buf = appendText(o.buf, "abi", t.raw.ABI.Name)
	o.buf = appendUint(o.buf, "nr", t.raw.NR)
	o.buf = appendName(appendKey(o.buf, "name"), t.call.Row, t.raw)
	o.buf = appendHex(o.buf, "pc", uint64(t.pc))
	if pc != t.pc {
		o.buf = appendHex(o.buf, "pc_after", uint64(pc))
	}
	o.resumes(t)
	o.words(t)
	o.args(&t.call)
	if t.call.Submitted != nil {
		o.buf = AppendValue(appendKey(o.buf, "submitted"), t.call.Submitted)
	}
	o.buf = appendUint(o.buf, "known", uint64(t.known))
	o.buf = appendTrue(o.buf, "incomplete", !t.call.Complete())
	o.buf = appendText(o.buf, "status", status.String())
	o.result(&t.call, status)
	o.tampering(t)
	o.buf = appendUint(o.buf, "duration", uint64(max(when.Sub(t.entered), 0)))
	o.stack(t)
	o.end()
}

// appendName appends the name of a call; one without is called by its number.
func appendName(dst []byte, row *syscalls.Syscall, c abi.Call) []byte {
	if row != nil {
		return appendQuoted(dst, row.Name)
	}
	dst = append(dst, `"syscall_`...)
	start := len(dst)
	dst = appendWord(dst, c.NR)
	return append(dst[:start], dst[start+1:]...) // without the opening quote
}

// resumes says which call restart_syscall goes on with.
func (o *Observer) resumes(t *task) {
	if !t.resumes.Resumed {
		return
	}
	o.buf = append(appendKey(o.buf, "resumes"), '{')
	if c := t.resumes.Interrupted; c.ABI != nil {
		o.buf = appendText(o.buf, "abi", c.ABI.Name)
		o.buf = appendUint(o.buf, "nr", c.NR)
		o.buf = appendName(appendKey(o.buf, "name"), syscalls.For(c.ABI).Row(c.NR), c)
	}
	o.buf = append(o.buf, '}')
}

// words writes the six registers that carry arguments.
func (o *Observer) words(t *task) {
	o.buf = append(appendKey(o.buf, "words"), '[')
	for i, w := range t.raw.Args {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.buf = appendWord(o.buf, w)
	}
	o.buf = append(o.buf, ']')
}

func (o *Observer) args(c *decode.Call) {
	o.buf = append(appendKey(o.buf, "args"), '[')
	for i := range c.Args {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.buf = appendText(append(o.buf, '{'), "name", c.Args[i].Name)
		if w, ok := c.Word(i); ok {
			o.buf = appendHex(o.buf, "raw", w)
		}
		o.buf = AppendValue(appendKey(o.buf, "value"), c.Args[i].Value)
		o.buf = append(o.buf, '}')
	}
	o.buf = append(o.buf, ']')
}

// result writes what a call returned, if it did.
func (o *Observer) result(c *decode.Call, status Status) {
	if status > Failed {
		return
	}
	o.buf = append(appendKey(o.buf, "result"), '{')
	o.buf = appendHex(o.buf, "raw", c.Result.Value)
	if c.Result.Failed {
		o.error(c.Result.Errno())
	} else {
		o.buf = appendOptional(o.buf, "value", c.Ret)
		o.buf = appendOptional(o.buf, "after", c.After)
	}
	o.buf = append(o.buf, '}')
}

// tampering writes what was done to the call, if anything was.
func (o *Observer) tampering(t *task) {
	done := t.tampered
	if t.tampered = nil; done == nil {
		return
	}
	o.buf = append(appendKey(o.buf, "tampered"), '{')
	o.buf = appendTrue(o.buf, "args", done.Args)
	o.buf = appendTrue(o.buf, "result", done.Result)
	o.buf = appendTrue(o.buf, "delayed", done.Delayed)
	o.buf = append(appendKey(o.buf, "changes"), '[')
	for i, c := range done.Changes {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.buf = appendText(append(o.buf, '{'), "name", c.Name)
		o.buf = appendOptional(o.buf, "before", c.Before)
		o.buf = appendOptional(o.buf, "after", c.After)
		o.buf = append(o.buf, '}')
	}
	o.buf = append(o.buf, "]}"...)
}

// error writes an error number with its name and meaning.
func (o *Observer) error(errno int) {
	o.buf = append(appendKey(o.buf, "error"), '{')
	o.buf = appendInt(o.buf, "number", int64(errno))
	if name, ok := uapi.Errnos.Find(uint64(errno)); ok {
		o.buf = appendText(o.buf, "name", name)
		o.buf = appendText(o.buf, "text", uapi.ErrnoText(errno))
	}
	o.buf = append(o.buf, '}')
}

func (o *Observer) signal(s *trace.Stop, e *trace.SignalStop, t *task) {
	if !o.showsSignal(e.Signal) {
		return
	}
	o.begin("signal", t, s.Time)
	o.named(uint64(e.Signal))
	o.locate(s)
	o.infos.Reset()
	info := decode.Siginfo(&o.infos, e.Info, t.abi)
	decode.Introduce(info, &o.infos, o.lookup, t.tid, decode.Mode{FDs: o.o.FDs, PIDs: o.o.PIDs})
	o.buf = appendOptional(o.buf, "info", info)
	o.catch(s, t)
	o.stack(t)
	o.end()
}

// named writes a signal.
func (o *Observer) named(sig uint64) {
	o.buf = appendUint(o.buf, "signal", sig)
	if name, ok := uapi.Signals.Find(sig); ok {
		o.buf = appendText(o.buf, "name", name)
	}
}

// locate writes where a task is outside of system calls, if that is asked for.
func (o *Observer) locate(s *trace.Stop) {
	if !o.o.PC {
		return
	}
	if regs, err := s.Task.Regs(); err == nil {
		o.buf = appendHex(o.buf, "pc", uint64(regs.PC()))
	}
}

func (o *Observer) stopped(s *trace.Stop, e *trace.GroupStop, t *task) {
	o.begin("stop", t, s.Time)
	o.named(uint64(e.Signal))
	o.locate(s)
	o.catch(s, t)
	o.stack(t)
	o.end()
}

// gone writes how a task ended.
func (o *Observer) gone(t *task, e *trace.Exited, when time.Time) {
	o.begin("exit", t, when)
	switch {
	case e.Superseded:
		o.buf = appendUint(o.buf, "by", uint64(e.By))
	case e.Signal != 0:
		o.named(uint64(e.Signal))
	default:
		o.buf = appendUint(o.buf, "code", uint64(e.Code))
	}
	o.buf = appendTrue(o.buf, "core", e.CoreDumped)
	o.end()
}
