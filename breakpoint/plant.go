package breakpoint

import (
	"fmt"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/internal/ptrace"
)

// Text is written in runs of pages: sites lie close together where there are many, and each
// write costs about as much as copying some pages.
const (
	pageSize = 4096
	maxRun   = 16 * pageSize
)

// plant writes the breakpoints of a file into a space.
func (sp *space) plant(m mapped) error {
	return sp.edit(m, (*site).plant)
}

// plant puts the breakpoint of a site into the text there, and reports whether that has
// changed it.
func (at *site) plant(text []byte) bool {
	if len(at.breakpoints) == 0 || at.own {
		return false
	}
	if !at.known {
		at.first, at.known = text[0], true
		at.own = text[0] == trapByte
	}
	was := text[0]
	text[0] = trapByte
	return was != trapByte
}

// trapByte is the breakpoint instruction of x86, int3.
const trapByte = 0xCC

// clear takes all breakpoints out of a space.
func (sp *space) clear() error { return sp.editAll((*site).restore) }

// restore puts back the instruction of a site where the breakpoint is, and reports whether
// that was so.
func (at *site) restore(text []byte) bool {
	planted := at.known && !at.own && text[0] == trapByte
	if planted {
		text[0] = at.first
	}
	return planted
}

// restoreOver is restore for a site whose breakpoints are over.
func (at *site) restoreOver(text []byte) bool { return len(at.breakpoints) == 0 && at.restore(text) }

// editAll is edit for all files in a space.
func (sp *space) editAll(change func(*site, []byte) bool) (failure error) {
	for _, m := range sp.mapped {
		if err := sp.edit(m, change); err != nil {
			failure = err
		}
	}
	return failure
}

// edit shows change the text at each site of a file in a space. It writes back what change
// says it has changed.
func (sp *space) edit(m mapped, change func(*site, []byte) bool) error {
	sites := m.within()
	if len(sites) == 0 {
		return nil
	}
	memory, err := sp.mem()
	if err != nil {
		return err
	}
	buf := make([]byte, maxRun)
	for len(sites) > 0 {
		n := m.run(sites)
		if err := sp.editRun(memory, m, sites[:n], buf, change); err != nil {
			return fmt.Errorf("breakpoints in %s: %w", m.module.Path, err)
		}
		sites = sites[n:]
	}
	return nil
}

// within returns the sites of the file that are in this mapping of it.
func (m *mapped) within() []*site {
	var sites []*site
	for _, at := range m.plan.ordered() {
		if m.module.Contains(m.address(at)) {
			sites = append(sites, at)
		}
	}
	return sites
}

// address is where a site is in the space.
func (m *mapped) address(at *site) abi.Addr { return abi.Addr(at.addr + m.module.Bias()) }

// run returns how many of the sites one reading and writing is for.
func (m *mapped) run(sites []*site) int {
	start := m.address(sites[0]) &^ (pageSize - 1)
	for i := 1; i < len(sites); i++ {
		addr := m.address(sites[i])
		if addr-m.address(sites[i-1]) > pageSize || addr-start >= maxRun {
			return i
		}
	}
	return len(sites)
}

func (sp *space) editRun(memory *ptrace.MemFile, m mapped, sites []*site, buf []byte, change func(*site, []byte) bool) error {
	start := m.address(sites[0])
	text := buf[:m.address(sites[len(sites)-1])-start+1]
	if _, err := memory.ReadAt(text, int64(start)); err != nil {
		return err
	}
	changed := false
	for _, at := range sites {
		changed = change(at, text[m.address(at)-start:]) || changed
	}
	if !changed {
		return nil
	}
	_, err := memory.WriteAt(text, int64(start))
	return err
}

// text reads the program's own bytes: instructions without breakpoints.
func (sp *space) text(p []byte, addr abi.Addr) (int, error) {
	memory, err := sp.mem()
	if err != nil {
		return 0, err
	}
	n, err := memory.ReadAt(p, int64(addr))
	sp.hide(p[:n], addr)
	return n, err
}

// hide puts the program's own bytes into a copy of its memory.
func (sp *space) hide(p []byte, addr abi.Addr) {
	for i, b := range p {
		if b != trapByte {
			continue
		}
		if at := sp.at(addr + abi.Addr(i)).site; at != nil && at.known {
			p[i] = at.first
		}
	}
}
