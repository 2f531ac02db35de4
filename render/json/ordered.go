package json

import "container/heap"

// A Moment is what a record tells of one moment. A call has two.
type Moment struct {
	*Record
	Entry bool // of a call
}

// maxHeld is how much of a trace is held, in bytes of its lines, while a call is on
// its way.
const maxHeld = 32 << 20

// Ordered reads the moments of a trace in the order in which they came. As a call
// is written when it ends, what happened meanwhile is held until then. When that
// is too much, the call is shown late: at its end.
type Ordered struct {
	r     *Reader
	queue queue
	ready uint64 // moments before this one have all been read
	trace int    // how many have begun: a file may hold several, one behind the other
	held  int
	limit int
	end   error
}

// NewOrdered makes an Ordered that reads from r.
func NewOrdered(r *Reader) *Ordered { return &Ordered{r: r, limit: maxHeld} }

// Next returns the next moment. Errors are those of Reader.Read and come after all
// that was read before.
func (o *Ordered) Next() (Moment, error) {
	for o.end == nil && !o.due() {
		o.read()
	}
	if len(o.queue) == 0 {
		return Moment{}, o.end
	}
	m := heap.Pop(&o.queue).(held)
	o.held -= m.size
	return m.Moment, nil
}

// due reports whether nothing can come before the first moment that is held.
func (o *Ordered) due() bool {
	return len(o.queue) > 0 && (o.queue[0].trace < o.trace || o.queue[0].at < o.ready || o.held > o.limit)
}

func (o *Ordered) read() {
	rec, err := o.r.Read()
	if err != nil {
		o.end = err
		return
	}
	switch rec.Kind {
	case Unknown:
		return
	case Header:
		rec.Seq, rec.Pending = 0, 0
		o.trace++
	case Call:
		o.push(rec, rec.Begun, true, 0)
	}
	o.push(rec, rec.Seq, false, o.r.size)
	o.ready = rec.Seq + 1
	if rec.Pending != 0 {
		o.ready = min(o.ready, rec.Pending)
	}
}

func (o *Ordered) push(rec *Record, at uint64, entry bool, size int) {
	heap.Push(&o.queue, held{Moment{rec, entry}, at, o.trace, size})
	o.held += size
}

type held struct {
	Moment
	at    uint64
	trace int
	size  int
}

// A queue is a heap of moments.
type queue []held

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(held)) }

func (q queue) Less(i, j int) bool {
	a, b := &q[i], &q[j]
	switch {
	case a.trace != b.trace:
		return a.trace < b.trace
	case a.at != b.at:
		return a.at < b.at
	}
	return a.Entry && !b.Entry
}

func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	(*q)[last] = held{}
	*q = (*q)[:last]
	return x
}
