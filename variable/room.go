package variable

import "github.com/trapline/trapline/unwind"

// roomy is how many bytes of values are kept together.
const roomy = 4096

// room returns n zero bytes, which are the caller's until the frame is begun anew.
func (f *Frame) room(n int64) []byte {
	if n = max(n, 0); n > roomy/4 || f == nil {
		return make([]byte, n)
	}
	used := len(f.store)
	if used+int(n) > cap(f.store) {
		f.store, used = make([]byte, 0, roomy), 0 // who has a part of the old one keeps it
	}
	f.store = f.store[:used+int(n)]
	b := f.store[used : used+int(n) : used+int(n)]
	clear(b)
	return b
}

// word is the low n bytes of a word.
func (f *Frame) word(v uint64, n int64) []byte {
	b := f.room(n)
	put(b, v)
	return b
}

// Begin makes the frame that of a task that has stopped anew: values of before are not valid any more.
func (f *Frame) Begin() { f.store, f.listed = f.store[:0], f.listed[:0] }

// in returns a frame of the same task with another scope.
func (f *Frame) in(s *Scope, bias uint64) *Frame {
	other := *f
	other.Scope, other.Bias = s, bias
	other.locator, other.store, other.listed = unwind.Locator{}, nil, nil // those are of f
	return &other
}
