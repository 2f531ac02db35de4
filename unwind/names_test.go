package unwind

import (
	"os"
	"sync/atomic"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
)

// What was learned of frames in several files is not looked up again, and is what would
// have been found.
func TestLearn(t *testing.T) {
	space, err := image.Load(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	var frames []Frame
	for _, m := range space.Modules() {
		for pc := m.Start; pc < m.End && pc < m.Start+0x400; pc += 0x100 {
			frames = append(frames, Frame{Module: m, PC: pc, Call: true}, Frame{Module: m, PC: pc})
		}
	}
	frames = append(frames, frames[0], Frame{PC: 0x10})
	var asked atomic.Int32
	n := Names{Find: func(m *image.Module, addr abi.Addr) []image.Place {
		asked.Add(1)
		return []image.Place{{Line: int(addr - m.Start)}}
	}}
	n.Learn(frames)
	learned := asked.Load()
	for i := range frames {
		f := &frames[i]
		places := n.Of(f)
		if _, ok := f.spot(); !ok {
			continue
		}
		if len(places) != 1 || places[0].Line != int(f.Lookup()-f.Module.Start) {
			t.Errorf("%#x: %v", f.PC, places)
		}
	}
	if learned == 0 || asked.Load() != learned {
		t.Errorf("%d frames looked up at first and %d in all", learned, asked.Load())
	}
}
