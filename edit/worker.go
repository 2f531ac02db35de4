package edit

import "iter"

// A worker asks Changers in a coroutine on the same thread, so that they can wait in the
// middle of a change while the task maps scratch memory. It does one errand after another.
type worker struct {
	errand *errand
	// next goes on with the errand until it needs scratch memory of a size, or is done: zero.
	next func() (size int, ok bool)
	stop func()
}

func newWorker() *worker {
	w := &worker{}
	w.next, w.stop = iter.Pull(w.work)
	return w
}

func (w *worker) work(yield func(int) bool) {
	for going := true; going; going = yield(0) {
		w.errand.ask(yield)
	}
}

// hire returns a worker for an errand.
func (s *Session) hire(x *errand) *worker {
	w := s.idle
	if s.idle = nil; w == nil {
		w = newWorker()
	}
	w.errand = x
	return w
}

// dismiss keeps a worker that has done its errand for the next.
func (s *Session) dismiss(w *worker) {
	w.errand = nil
	if s.idle != nil {
		w.stop()
		return
	}
	s.idle = w
}

// rest ends the idle worker, when nothing more is to be expected.
func (s *Session) rest() {
	if s.idle != nil {
		s.idle.stop()
		s.idle = nil
	}
}
