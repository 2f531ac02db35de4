package json

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
	"github.com/trapline/trapline/value"
)

// A Kind is what a record tells of.
type Kind uint8

const (
	Unknown Kind = iota // of a later version
	Header
	Call
	Signal
	Stop // for job control
	Exit
	Exec
	Task // a new one
	Attach
	Detach
	Personality
)

var kindNames = [...]string{
	Header:      "header",
	Call:        "call",
	Signal:      "signal",
	Stop:        "stop",
	Exit:        "exit",
	Exec:        "exec",
	Task:        "task",
	Attach:      "attach",
	Detach:      "detach",
	Personality: "personality",
}

// A Record is one line. Which fields mean something depends on its kind.
type Record struct {
	Kind    Kind
	Schema  int    // of the header
	Version string // of the program that wrote it
	Strings int    // the limit of strings

	Seq     uint64 // orders what happened
	Pending uint64 // Begun of the oldest call on its way; zero for none
	Time    time.Time
	PID     int
	TID     int

	// Of a call. ABI is also of a change of it.
	Begun      uint64 // Seq of its entry
	ABI        *abi.ABI
	NR         uint64
	Name       string
	Words      [abi.MaxArgs]uint64
	Args       []value.Field
	Known      int // arguments that the entry told
	Incomplete bool
	Status     Status
	Result     abi.Result
	Ret, After value.Value
	Submitted  *value.Array     // what an io_uring had waiting for it; nil: nothing
	Tampered   *trace.Tampering // nil: nothing was done to it
	Stack      *value.Stack     // also of signals and stops; nil: none was recorded
	Duration   time.Duration
	Became     int // the task's id after it
	PC         abi.Addr
	PCAfter    abi.Addr
	Resumes    bool
	Resumed    abi.Call // the call that goes on; its ABI is nil when that is not known

	Signal int // of signals, stops and exits
	Info   value.Value
	Code   int // exit status
	Core   bool
	// Superseded says that the thread By took the task's place by execve.
	Superseded bool
	By         int

	Former int // id of the thread that called execve
	Parent int
	Thread bool
}

// A SyntaxError says what is wrong with a line.
type SyntaxError struct {
	Line int
	Err  error
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

func (e *SyntaxError) Unwrap() error { return e.Err }

// maxLine is the longest line that is read.
const maxLine = 64 << 20

// A Reader reads records. It holds one line at a time.
type Reader struct {
	r    *bufio.Reader
	line int
	long []byte // a line that does not fit r's buffer
	size int    // of the last line
}

// NewReader makes a Reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 64<<10)} }

// Read returns the next record. Records of kinds that it does not know are Unknown.
// The error is io.EOF at the end and otherwise says which line it is about.
func (r *Reader) Read() (*Record, error) {
	for {
		line, err := r.next()
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		r.size = len(line)
		rec, err := parse(line)
		if err != nil {
			return nil, &SyntaxError{r.line, err}
		}
		return rec, nil
	}
}

// next returns the next line, which is valid until the one after it is read.
func (r *Reader) next() ([]byte, error) {
	r.line++
	r.long = r.long[:0]
	for {
		part, err := r.r.ReadSlice('\n')
		if len(r.long) == 0 && (err == nil || err == io.EOF && len(part) > 0) {
			return part, nil
		}
		r.long = append(r.long, part...)
		switch {
		case len(r.long) > maxLine:
			return nil, &SyntaxError{r.line, errors.New("the line is too long")}
		case err == nil, err == io.EOF && len(r.long) > 0:
			return r.long, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// parse reads a record, which keeps nothing of line.
func parse(line []byte) (*Record, error) {
	p := &parser{data: bytes.Clone(line)}
	rec := &Record{}
	p.object(func(key string) { p.record(rec, key) })
	if p.err == nil && p.peek() != 0 {
		p.fail("column %d: something stands behind the record", p.pos+1)
	}
	if p.err == nil {
		p.err = rec.check()
	}
	return rec, p.err
}

// check finds what a record cannot do without.
func (r *Record) check() error {
	r.Begun = min(r.Begun, r.Seq)
	switch {
	case r.Kind == Header && r.Schema > Schema:
		return fmt.Errorf("schema %d is newer than %d, the newest that this version reads", r.Schema, Schema)
	case r.Kind == Unknown || r.Kind == Header:
	case r.TID <= 0:
		return errors.New("tid is missing")
	case (r.Kind == Call || r.Kind == Personality) && r.ABI == nil:
		return errors.New("abi is missing")
	case r.Kind == Call && r.Name == "":
		return errors.New("name is missing")
	case r.Known > len(r.Args):
		return errors.New("more arguments are known than there are")
	}
	return nil
}

// stack is the call stack of the record, made when it is first heard of.
func (r *Record) stack() *value.Stack {
	if r.Stack == nil {
		r.Stack = &value.Stack{}
	}
	return r.Stack
}

const maxID = math.MaxInt32

func (p *parser) id() int { return int(p.upTo(maxID)) }

// record reads a member of a record.
func (p *parser) record(r *Record, key string) {
	switch key {
	case "type":
		r.Kind = p.kind()
	case "schema":
		r.Schema = p.id()
	case "trapline":
		r.Version = string(p.text())
	case "strings":
		r.Strings = p.id()
	case "seq":
		r.Seq = p.uint()
	case "pending":
		r.Pending = p.uint()
	case "time":
		r.Time = p.time()
	case "pid":
		r.PID = p.id()
	case "tid":
		r.TID = p.id()
	case "abi":
		r.ABI = p.abi()
	case "name":
		r.Name = p.word()
	default:
		p.callMember(r, key)
	}
}

// callMember reads a member that only calls have.
func (p *parser) callMember(r *Record, key string) {
	switch key {
	case "begun":
		r.Begun = p.uint()
	case "nr":
		r.NR = p.uint()
	case "words":
		p.words(r)
	case "args":
		r.Args = p.fields()
	case "stack":
		r.stack().Frames = p.stack()
	case "stack_end", "stack_end64":
		r.stack().End = string(p.bytes(key))
	case "known":
		r.Known = p.id()
	case "incomplete":
		r.Incomplete = p.bool()
	case "status":
		r.Status = Status(p.oneOf(statusNames[:]))
	case "result":
		p.object(func(key string) { p.result(r, key) })
	case "submitted":
		r.Submitted, _ = p.value().(*value.Array)
	case "tampered":
		r.Tampered = &trace.Tampering{}
		p.object(func(key string) { p.tampered(r.Tampered, key) })
	case "duration":
		r.Duration = time.Duration(p.upTo(math.MaxInt64))
	case "became":
		r.Became = p.id()
	case "pc":
		r.PC = abi.Addr(p.uint())
	case "pc_after":
		r.PCAfter = abi.Addr(p.uint())
	case "resumes":
		r.Resumes = true
		p.object(func(key string) { p.resumed(r, key) })
	default:
		p.taskMember(r, key)
	}
}

// taskMember reads a member of what is no call.
func (p *parser) taskMember(r *Record, key string) {
	switch key {
	case "signal":
		r.Signal = p.id()
	case "info":
		r.Info = p.value()
	case "code":
		r.Code = p.id()
	case "core":
		r.Core = p.bool()
	case "by":
		r.By, r.Superseded = p.id(), true
	case "former":
		r.Former = p.id()
	case "parent":
		r.Parent = p.id()
	case "thread":
		r.Thread = p.bool()
	default:
		p.skip()
	}
}

func (p *parser) kind() Kind {
	name := string(p.text())
	for k, known := range kindNames {
		if known == name && name != "" {
			return Kind(k)
		}
	}
	return Unknown
}

func (p *parser) time() time.Time {
	t, err := time.Parse(time.RFC3339Nano, string(p.text()))
	if err != nil {
		p.fail("column %d: this is no time", p.pos)
	}
	return t.Local()
}

func (p *parser) abi() *abi.ABI {
	name := string(p.text())
	a, ok := abi.Find(name)
	if !ok {
		p.fail("column %d: there is no ABI %q", p.pos, name)
	}
	return a
}

func (p *parser) words(r *Record) {
	i := 0
	p.array(func() {
		w := p.uint()
		if i < len(r.Words) {
			r.Words[i] = w
			i++
		}
	})
}

func (p *parser) result(r *Record, key string) {
	switch key {
	case "raw":
		r.Result.Value = p.uint()
	case "error":
		r.Result.Failed = true
		p.skip()
	case "value":
		r.Ret = p.value()
	case "after":
		r.After = p.value()
	default:
		p.skip()
	}
}

func (p *parser) tampered(t *trace.Tampering, key string) {
	switch key {
	case "args":
		t.Args = p.bool()
	case "result":
		t.Result = p.bool()
	case "delayed":
		t.Delayed = p.bool()
	case "changes":
		p.array(func() {
			var c trace.Change
			p.object(func(key string) { p.change(&c, key) })
			t.Changes = append(t.Changes, c)
		})
	default:
		p.skip()
	}
}

func (p *parser) change(c *trace.Change, key string) {
	switch key {
	case "name":
		c.Name = string(p.text())
	case "before":
		c.Before = p.value()
	case "after":
		c.After = p.value()
	default:
		p.skip()
	}
}

func (p *parser) resumed(r *Record, key string) {
	switch key {
	case "abi":
		r.Resumed.ABI = p.abi()
	case "nr":
		r.Resumed.NR = p.uint()
	default:
		p.skip()
	}
}
