package breakpoint

import (
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/trace"
)

// Plant plants a breakpoint, which need not be the Set's and does not look for other places, at
// an address in a task's memory. It stays there until the run is over. Only from a Hit.
func (s *Set) Plant(task *trace.Task, addr abi.Addr, b *Breakpoint) error {
	sp := s.spaces[task]
	if sp == nil {
		return fmt.Errorf("breakpoint: plant at %s in %d: it is not traced", addr, task.TID())
	}
	at := sp.at(addr)
	if at.module == nil {
		return fmt.Errorf("breakpoint: plant at %s in %d: no file has this code", addr, task.TID())
	}
	at.site = at.plan.add(uint64(addr)-at.module.Bias(), b)
	if sp.planted[addr] {
		return nil
	}
	memory, err := sp.mem()
	if err == nil {
		err = sp.editRun(memory, at.mapped, []*site{at.site}, make([]byte, 1), (*site).plant)
	}
	if err == nil {
		sp.planted[addr] = true
	}
	return err
}
