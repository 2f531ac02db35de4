package image

import "debug/dwarf"

// maxStructures bounds how much of DWARF is looked at for structures.
const maxStructures = 64 << 20

// Structures returns the offsets of the members of structures of that name, as DWARF tells
// them: none where there is none. It looks at all of .debug_info, and so takes a while.
func (f *File) Structures(names ...string) map[string]map[string]int {
	if d := f.DebugFile(); d != nil && !f.HasSection(".debug_info") {
		f = d
	}
	data := f.standardDWARF()
	if data == nil {
		return nil
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	return structuresIn(data, wanted)
}

// standardDWARF is the file's DWARF for the standard library; nil if it has none.
func (f *File) standardDWARF() *dwarf.Data {
	part := func(name string) []byte {
		data, _, _ := f.Section(name)
		return data
	}
	info := part(".debug_info")
	if len(info) == 0 || len(info) > maxStructures {
		return nil
	}
	data, err := dwarf.New(part(".debug_abbrev"), nil, nil, info, nil, nil, nil, part(".debug_str"))
	if err != nil {
		return nil
	}
	for _, name := range []string{".debug_addr", ".debug_line_str", ".debug_str_offsets", ".debug_rnglists"} {
		data.AddSection(name, part(name))
	}
	return data
}

// structuresIn looks at the outermost entries of all units until every structure is found.
func structuresIn(data *dwarf.Data, wanted map[string]bool) map[string]map[string]int {
	found := map[string]map[string]int{}
	r := data.Reader()
	for len(found) < len(wanted) {
		e, err := r.Next()
		if err != nil || e == nil {
			break
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		switch {
		case e.Tag == dwarf.TagStructType && wanted[name] && e.Children:
			found[name] = membersIn(r)
		case e.Tag != dwarf.TagCompileUnit && e.Children:
			r.SkipChildren()
		}
	}
	return found
}

// membersIn reads the members of the structure that was read last.
func membersIn(r *dwarf.Reader) map[string]int {
	members := map[string]int{}
	for {
		e, err := r.Next()
		if err != nil || e == nil || e.Tag == 0 {
			return members
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		if offset, ok := e.Val(dwarf.AttrDataMemberLoc).(int64); ok && e.Tag == dwarf.TagMember {
			members[name] = int(offset)
		}
		if e.Children {
			r.SkipChildren()
		}
	}
}
