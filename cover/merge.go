package cover

// Merge adds what another profile knows: its lines, its hits, its runs. Where sources
// differ, File.Source says so.
func (p *Profile) Merge(other *Profile) {
	p.Counted = p.Counted || other.Counted
	p.Runs = append(p.Runs, other.Runs...)
	for name, f := range other.files {
		p.File(name).merge(f)
	}
}

func (f *File) merge(other *File) {
	f.Source.merge(other.Source)
	for n, l := range other.lines {
		for _, b := range l.Blocks {
			if own := f.Block(n, b.At); own != nil {
				own.Hits = addHits(own.Hits, b.Hits)
			}
		}
	}
	for _, k := range other.functions {
		own := f.Function(k.Name, k.First, k.Last)
		own.Hits = addHits(own.Hits, k.Hits)
	}
}
