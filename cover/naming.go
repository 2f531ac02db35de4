package cover

import "path"

// name gives the listings the names they are shown by, and sets the root.
func (r *Report) name(o *Options) {
	r.Root = r.root(o)
	for _, l := range r.Files {
		l.Name = l.Path
		for _, strip := range append(o.Strip, r.Root) {
			if rest, ok := below(l.Path, strip); ok && rest != "" && strip != "" {
				l.Name, l.renamed = rest, len(o.Strip) > 0
				break
			}
		}
	}
}

// root is the folder that names are relative to.
func (r *Report) root(o *Options) string {
	if len(o.Strip) > 0 {
		return o.Strip[0]
	}
	for _, l := range r.Files {
		if _, ok := below(l.Path, o.Dir); ok && o.Dir != "" {
			return o.Dir
		}
	}
	return r.common()
}

// common is the folder that all files have in common; empty if it is that of everything.
func (r *Report) common() string {
	if len(r.Files) == 0 {
		return ""
	}
	dir := path.Dir(r.Files[0].Path)
	for _, l := range r.Files[1:] {
		for dir != "/" && dir != "." {
			if _, ok := below(l.Path, dir); ok {
				break
			}
			dir = path.Dir(dir)
		}
	}
	if dir == "." || dir == "/" {
		return ""
	}
	return dir
}

// toolPath is what a file is called in formats that other programs read together with the
// sources: its path, unless names are asked for.
func (l *Listing) toolPath() string {
	if l.renamed {
		return l.Name
	}
	return l.Path
}
