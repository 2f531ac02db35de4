package edit

import (
	"slices"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
)

// A task is what a Session knows of one task of the program.
type task struct {
	call *errand   // the call at hand; nil when no Changer is asked about it
	late []*errand // calls that are going to be made again, the last one last
	idle *errand   // to be used for another call
}

// maxLate is how many calls of a task may wait for being made again, one in a signal handler
// that interrupts another. A program may leave a handler without returning.
const maxLate = 8

// An errand is a call that Changers are asked about, however often it is made until it ends.
type errand struct {
	Call
	asked   []Changer
	at      place
	entered time.Time

	worker *worker // that asks at the entry; nil when that has been done
	err    error

	borrows bool // request is made in its place
	request abi.Call
}

// A place is where in the program a call is made.
type place struct {
	call   abi.Call
	pc, sp abi.Addr
}

func placeOf(e *trace.SyscallEnter) place { return place{e.Call, e.PC, e.SP} }

// errand makes an errand, or takes one that is used no more.
func (t *task) errand() *errand {
	x := t.idle
	if t.idle = nil; x == nil {
		x = &errand{}
	}
	x.asked = x.asked[:0]
	return x
}

func (t *task) release(x *errand) { t.idle = x }

// postpone notes that a call is going to be made again.
func (t *task) postpone(x *errand) {
	if len(t.late) == maxLate {
		t.late[0].cancel()
		t.late = slices.Delete(t.late, 0, 1)
	}
	t.late = append(t.late, x)
}

// again returns the call that is made again at an entry; nil for another one.
func (t *task) again(e *trace.SyscallEnter) *errand {
	at := placeOf(e)
	return t.take(func(x *errand) bool { return x.at == at })
}

// resumed returns the call that restart_syscall goes on with.
func (t *task) resumed(e *trace.SyscallEnter) *errand {
	return t.take(func(x *errand) bool { return x.at.pc == e.PC && x.at.sp == e.SP && x.worker == nil })
}

func (t *task) take(is func(*errand) bool) *errand {
	for i, x := range slices.Backward(t.late) {
		if is(x) {
			t.late = slices.Delete(t.late, i, i+1)
			return x
		}
	}
	return nil
}

// forget gives up the calls that would have been made again.
func (t *task) forget() {
	if t.call != nil {
		t.call.cancel()
	}
	for _, x := range t.late {
		x.cancel()
	}
	t.late = nil
}

// ask asks the Changers and yields the sizes of scratch memory that is needed for going on.
func (x *errand) ask(yield func(int) bool) {
	x.more = yield
	for _, c := range x.asked {
		if x.err = c.Enter(&x.Call); x.err != nil {
			break
		}
	}
	x.more = nil
}

// enter asks the Changers at the entry of a call, or changes it as before when it is made
// again. It returns the size of scratch memory that has to be there first, zero for none.
func (x *errand) enter(s *Session) (size int, err error) {
	if x.worker == nil {
		x.delay, x.sig = 0, 0
		return 0, x.repeat()
	}
	if size, _ := x.worker.next(); size > 0 {
		return size, nil
	}
	s.dismiss(x.worker)
	x.worker, err, x.err = nil, x.err, nil
	return 0, err
}

// cancel ends the asking where it has been suspended.
func (x *errand) cancel() {
	if x.worker != nil {
		x.worker.stop()
		x.worker = nil
	}
}

// exit asks the Changers at the exit.
func (x *errand) exit(elapsed time.Duration) error {
	x.Exit(x.Result, elapsed)
	for _, c := range x.asked {
		if err := c.Exit(&x.Call); err != nil {
			return err
		}
	}
	return nil
}

// borrow has the task map scratch memory, in a call in the place of its own, which it makes
// again then.
func (x *errand) borrow(size int) (trace.Action, error) {
	request, err := Request(x.Made.ABI, size)
	if err != nil {
		return trace.Action{}, err
	}
	x.request, x.borrows = request, true
	return trace.Action{Call: &request}, nil
}

// lent takes what borrow has asked for.
func (x *errand) lent(s *Store, t *trace.Task, r abi.Result) (err error) {
	x.borrows = false
	x.scratch, err = s.Grant(t, x.request, r)
	return err
}
