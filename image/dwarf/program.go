package dwarf

// Opcodes of a line number program: DW_LNS_* and DW_LNE_*.
const (
	lnsExtended       = 0
	lnsCopy           = 1
	lnsAdvancePC      = 2
	lnsAdvanceLine    = 3
	lnsSetFile        = 4
	lnsSetColumn      = 5
	lnsNegateStmt     = 6
	lnsSetBasicBlock  = 7
	lnsConstAddPC     = 8
	lnsFixedAdvancePC = 9
	lnsPrologueEnd    = 10

	lneEndSequence = 1
	lneSetAddress  = 2
	lneDefineFile  = 3
)

// run runs the program. It reports whether it came to its end.
func (p *program) run() bool {
	const perRow = 3 // bytes, about
	p.t.rows = make([]row, 0, len(p.c.data)/perRow)
	p.reset()
	for !p.c.done() {
		op := p.c.u8()
		switch {
		case op >= p.opcodeBase:
			p.special(op)
		case op == lnsExtended:
			p.extended()
		default:
			p.standard(op)
		}
	}
	p.t.rows = p.t.rows[:p.sequenceStart]
	return !p.c.bad
}

func (p *program) reset() {
	p.now = row{file: 1, line: 1, statement: p.defaultStmt}
	p.sequenceStart = len(p.t.rows)
}

// emit adds a row. Rows must ascend for a search to find them; one that does not is left
// out.
func (p *program) emit() {
	n := len(p.t.rows)
	switch {
	case n > p.sequenceStart && p.t.rows[n-1].addr > p.now.addr:
	case p.now.line > 0:
		p.t.rows = append(p.t.rows, p.now)
		p.now.body = false
	case n > p.sequenceStart:
		p.t.rows = append(p.t.rows, p.t.rows[n-1].lost(p.now.addr))
	}
}

// lost is a row of code that has no line. As in gdb, an address there is in the line before.
func (r row) lost(addr uint64) row {
	return row{addr: addr, file: r.file, line: r.line, column: r.column, stray: true}
}

// advance moves the address on by a number of instructions.
func (p *program) advance(n uint64) { p.now.addr += n * uint64(p.minLength) }

// special advances both line and address, and adds a row.
func (p *program) special(op uint8) {
	n := op - p.opcodeBase
	p.advance(uint64(n / p.lineRange))
	p.now.line += uint32(int32(p.lineBase) + int32(n%p.lineRange))
	p.emit()
}

func (p *program) standard(op uint8) {
	c := p.c
	switch op {
	case lnsCopy:
		p.emit()
	case lnsAdvancePC:
		p.advance(c.uleb())
	case lnsAdvanceLine:
		p.now.line += uint32(c.sleb())
	case lnsSetFile:
		p.now.file = uint32(c.uleb())
	case lnsSetColumn:
		p.now.column = uint16(min(c.uleb(), 1<<16-1))
	case lnsNegateStmt:
		p.now.statement = !p.now.statement
	case lnsConstAddPC:
		p.advance(uint64((255 - p.opcodeBase) / p.lineRange))
	case lnsFixedAdvancePC:
		p.now.addr += uint64(c.u16())
	case lnsPrologueEnd:
		p.now.body = true
	default:
		for range p.lengths[op-1] {
			c.uleb()
		}
	}
}

func (p *program) extended() {
	data := p.c.take(p.c.uleb())
	if len(data) == 0 {
		return
	}
	c := &cursor{data: data, pos: 1}
	switch data[0] {
	case lneEndSequence:
		p.end()
	case lneSetAddress:
		if n := len(data) - 1; n <= 8 {
			p.now.addr = c.word(n)
		}
	case lneDefineFile:
		p.oldFile(c)
	}
}

// end ends a sequence. That of a function which the linker dropped begins at address 0.
func (p *program) end() {
	if first := p.sequenceStart; first < len(p.t.rows) {
		s := Span{p.t.rows[first].addr, p.now.addr}
		if s.Low != 0 && s.Low < s.High {
			p.t.sequences = append(p.t.sequences, sequence{s, first, len(p.t.rows) - first})
		} else {
			p.t.rows = p.t.rows[:first]
		}
	}
	p.reset()
}
