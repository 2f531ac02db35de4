package survey

import (
	"slices"
	"sort"
	"strings"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/cover"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/insn"
)

// maxFunction is how much code of a function is looked at.
const maxFunction = 16 << 20

// A body is the code of a function in one range, as blocks.
type body struct {
	blocks []insn.Block
	before [][]int // the blocks that each may follow
	byJump bool    // blocks may follow others that nobody can name
	group  []int   // the first of the blocks that each goes on with after a call
}

// code returns the code of each of a function's ranges; nil for one that is not understood.
// Where there is a jump by value, as of a switch, a block may begin with every line.
func (c *charting) code(g *image.Function) []*insn.Function {
	code := make([]*insn.Function, len(g.Ranges))
	var parts []*insn.Function
	byValue := false
	for i, r := range g.Ranges {
		if f := c.split(r); f != nil {
			code[i], parts = f, append(parts, f)
			byValue = byValue || f.JumpsByValue()
		}
	}
	insn.Link(parts...)
	for i, r := range g.Ranges {
		if byValue && code[i] != nil {
			c.enterLines(code[i], r)
		}
	}
	return code
}

func (c *charting) enterLines(f *insn.Function, r image.Range) {
	line := spot{}
	for _, row := range c.within(r.Low, r.High) {
		if next := (spot{row.File, row.Line}); next != line {
			f.Enter(abi.Addr(row.Low))
			line = next
		}
	}
}

// split takes the code of a range apart.
func (c *charting) split(r image.Range) *insn.Function {
	a := c.file.ABI()
	if a == nil || r.High <= r.Low || r.High-r.Low > maxFunction || !c.file.IsCode(r.Low) || len(c.within(r.Low, r.High)) == 0 {
		return nil
	}
	code := make([]byte, r.High-r.Low)
	if n, _ := c.file.ReadMem(code, r.Low); n < len(code) {
		return nil
	}
	return insn.Split(a, abi.Addr(r.Low), code)
}

// newBody finds the blocks of code.
func newBody(f *insn.Function) *body {
	b := &body{blocks: f.Blocks(insn.AtCalls), byJump: f.JumpsByValue()}
	b.link()
	return b
}

// link finds which block follows which.
func (b *body) link() {
	index := make(map[abi.Addr]int, len(b.blocks))
	for i := range b.blocks {
		index[b.blocks[i].Addr] = i
	}
	b.before = make([][]int, len(b.blocks))
	for i := range b.blocks {
		for _, to := range b.blocks[i].To {
			if j, ok := index[to]; ok {
				b.before[j] = append(b.before[j], i)
			}
		}
	}
	b.group = make([]int, len(b.blocks))
	for i := range b.blocks {
		b.group[i] = i
		if !b.blocks[i].Entered && len(b.before[i]) == 1 && b.before[i][0] == i-1 && len(b.blocks[i-1].To) == 1 {
			b.group[i] = b.group[i-1]
		}
	}
}

// A spot is a line of a file.
type spot struct {
	file string
	line int
}

// spots returns the lines of each block: those that begin in it, and the one that goes on.
func (c *charting) spots(b *body) [][]spot {
	spots := make([][]spot, len(b.blocks))
	for i := range b.blocks {
		k := &b.blocks[i]
		for _, r := range c.within(uint64(k.Addr), uint64(k.End)) {
			if s := (spot{r.File, r.Line}); r.Statement && !slices.Contains(spots[i], s) {
				spots[i] = append(spots[i], s)
			}
		}
	}
	return spots
}

// piece charts one range of a function; its entry is in the first one.
func (c *charting) piece(g *image.Function, f *insn.Function, first bool) {
	if f == nil {
		return
	}
	b := newBody(f)
	spots := c.spots(b)
	parts := map[spot][]int{}
	for i := range b.blocks {
		entered := c.entered(&b.blocks[i])
		if first && i == 0 {
			entered = append(entered, g)
		}
		if len(entered) == 0 && (len(spots[i]) == 0 || c.skips(b, i, spots)) {
			continue
		}
		p := c.point(uint64(b.blocks[i].Addr))
		for _, s := range spots[i] {
			if b.continues(i, s, spots) {
				continue
			}
			p.add(c.Profile.File(s.file).Block(s.line, c.place(b, parts, s, i)))
		}
		for _, g := range entered {
			p.enters(c.function(g))
		}
	}
}

// entered returns the functions that are entered in a block because they are inlined there.
func (c *charting) entered(b *insn.Block) []*image.Function {
	low, high := uint64(b.Addr), uint64(b.End)
	i := sort.Search(len(c.inlined), func(i int) bool { return c.inlined[i].Ranges[0].Low >= low })
	n := i
	for n < len(c.inlined) && c.inlined[n].Ranges[0].Low < high {
		n++
	}
	return slices.Clone(c.inlined[i:n])
}

// skips reports whether a block need not be looked at.
func (c *charting) skips(b *body, i int, spots [][]spot) bool {
	return !c.Blocks && !c.Profile.Counted && b.implied(i, spots)
}

// implied reports whether a block adds nothing to the blocks it may follow: each of them has
// all of its lines. Whichever of those ran first ran after one that is planted.
func (b *body) implied(i int, spots [][]spot) bool {
	if i == 0 || len(b.before[i]) == 0 || b.byJump || b.blocks[i].Entered {
		return false
	}
	for _, j := range b.before[i] {
		for _, s := range spots[i] {
			if !slices.Contains(spots[j], s) {
				return false
			}
		}
	}
	return true
}

// continues reports whether a block goes on with a line after a call.
func (b *body) continues(i int, s spot, spots [][]spot) bool {
	for j := b.group[i]; j < i; j++ {
		if slices.Contains(spots[j], s) {
			return true
		}
	}
	return false
}

// place is where in its line a block is: at a column, if that is known, and a part.
func (c *charting) place(b *body, parts map[spot][]int, s spot, i int) cover.At {
	at := cover.At{Part: c.part(b, parts, s, i)}
	if !c.Blocks {
		return at
	}
	k := &b.blocks[b.group[i]]
	for _, r := range c.within(uint64(k.Addr), uint64(k.End)) {
		if r.File == s.file && r.Line == s.line && r.Column > 0 {
			at.Column = uint32(r.Column)
			break
		}
	}
	return at
}

// part is which of the parts of a line a block is. What goes on after a call is the same part.
// What only the unwinder leads to is not thought of as one of its own, either.
func (c *charting) part(b *body, parts map[spot][]int, s spot, i int) uint32 {
	if !c.Blocks && !c.Profile.Counted {
		return 0
	}
	known := parts[s]
	if n := slices.Index(known, b.group[i]); n >= 0 {
		return uint32(n)
	}
	if c.Blocks && len(known) > 0 && i > 0 && len(b.before[i]) == 0 && !b.byJump {
		return 0
	}
	parts[s] = append(known, b.group[i])
	return uint32(len(known))
}

// point returns what is planted at an address, nothing so far if it is new.
func (c *charting) point(addr uint64) *point {
	p := c.chart.points[addr]
	if p == nil {
		p = &point{}
		c.chart.points[addr] = p
	}
	return p
}

// add adds a block that runs when the point does.
func (p *point) add(b *cover.Block) {
	if b != nil && !slices.Contains(p.blocks, b) {
		p.blocks = append(p.blocks, b)
	}
}

// enters adds a function that is entered when the point runs.
func (p *point) enters(f *cover.Function) {
	if f != nil {
		p.functions = append(p.functions, f)
	}
}

// function returns the function of the profile; nil if its source does not count.
func (c *charting) function(g *image.Function) *cover.Function {
	file, first := c.declared(g)
	last := 0
	for _, at := range g.Ranges {
		for _, r := range c.within(at.Low, at.High) {
			if r.File == file {
				last = max(last, r.Line)
			}
		}
	}
	if last == 0 || g.Name == "" || first <= 0 || first > maxLine {
		return nil
	}
	return c.Profile.File(file).Function(g.Name, first, max(first, last))
}

// declared returns where a function is in the sources. Lambdas, coroutines and what an assembler
// makes have no place of their own there: they are where their code begins.
func (c *charting) declared(g *image.Function) (file string, line int) {
	if g.File != "" || g.Line != 0 || initializes(g.Name) {
		return g.File, g.Line
	}
	rows := c.within(g.Ranges[0].Low, g.Ranges[0].High)
	if len(rows) == 0 {
		return "", 0
	}
	return rows[0].File, rows[0].Line
}

// initializes reports whether a function is what compilers make to initialize variables.
func initializes(name string) bool {
	return strings.HasPrefix(name, "_GLOBAL__") || strings.HasPrefix(name, "__static_initialization")
}
