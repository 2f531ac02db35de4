package image

import "github.com/trapline/trapline/image/dwarf"

// maxStructures bounds how much of DWARF is looked at for structures.
const maxStructures = 64 << 20

// Structures returns the offsets of the members of structures of that name, as DWARF tells
// them: none where there is none. It looks at all of .debug_info, and so takes a while.
func (f *File) Structures(names ...string) map[string]map[string]int {
	data := f.DWARF()
	if data == nil || data.Size() > maxStructures {
		return nil
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	return structuresIn(data, wanted)
}

// structuresIn looks at the outermost entries of all units until every structure is found.
func structuresIn(data *dwarf.Data, wanted map[string]bool) map[string]map[string]int {
	found := map[string]map[string]int{}
	for u := range data.Units() {
		for e := range u.Kids() {
			if e.Tag == dwarf.TagStructure && wanted[e.Name()] && e.HasKids() {
				found[e.Name()] = membersIn(e)
			}
			if len(found) == len(wanted) {
				return found
			}
		}
	}
	return found
}

// membersIn reads the members of a structure.
func membersIn(structure dwarf.Entry) map[string]int {
	members := map[string]int{}
	for e := range structure.Kids() {
		if offset, ok := e.Int(dwarf.AttrDataMemberLocation); ok && e.Tag == dwarf.TagMember {
			members[e.Name()] = int(offset)
		}
	}
	return members
}
