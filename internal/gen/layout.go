package main

import (
	"bytes"
	"debug/dwarf"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/trapline/trapline/abi"
)

// The file that names the structures whose layout is a golden, and that golden.
const (
	layoutFile   = "layout.set"
	layoutGolden = "syscalls/testdata/layout.txt"
)

// laidOut are the ABIs that the golden has: x32 structures are compared nowhere.
var laidOut = []*abi.ABI{abi.AMD64, abi.I386, abi.ARM64}

// A structure is one C type of the golden.
type structure struct {
	name  string // as the table calls it
	ctype string // tag or typedef
	line  int
}

// structure takes a line without its first word: NAME or NAME = TYPE.
func (d *description) structure(line string, nr int) error {
	name, ctype, other := strings.Cut(line, "=")
	s := structure{strings.TrimSpace(name), strings.TrimSpace(ctype), nr}
	if !other {
		s.ctype = s.name
	}
	if !constantName.MatchString(s.name) || !constantName.MatchString(s.ctype) {
		return fmt.Errorf("%q: want: struct NAME or struct NAME = TYPE", line)
	}
	if len(d.groups) == 0 {
		return fmt.Errorf("%s has no include above it", s.name)
	}
	g := d.group()
	g.structs = append(g.structs, s)
	return nil
}

// layouts returns the golden: a line for each structure and layout.
func (h *headers) layouts(root string) ([]byte, error) {
	d, err := readDescription(filepath.Join(root, "syscalls", layoutFile))
	if err != nil {
		return nil, err
	}
	b := bytes.NewBufferString("# Where C has the fields of structures (offset+size), and the size behind =; of Linux " + h.version +
		",\n# written by internal/gen -headers.\n")
	var errs []error
	for _, g := range d.groups {
		errs = append(errs, h.checkIncludes(d, g), h.groupLayouts(b, d, g))
	}
	return b.Bytes(), errors.Join(errs...)
}

// groupLayouts writes the structures of one group.
func (h *headers) groupLayouts(b *bytes.Buffer, d *description, g *group) error {
	var byABI []map[string]dwarf.Type
	for _, a := range laidOut {
		types, err := h.types(a, g)
		if err != nil {
			return err
		}
		byABI = append(byABI, types)
	}
	var errs []error
	for _, s := range g.structs {
		texts := make([]string, len(laidOut))
		for i, types := range byABI {
			if t := types[s.ctype]; t != nil {
				texts[i] = layoutText(t)
			}
		}
		if !writeLayouts(b, s.name, texts) {
			errs = append(errs, d.errorf(s.line, "no header it includes has a structure %s", s.ctype))
		}
	}
	return errors.Join(errs...)
}

// writeLayouts writes one line for the ABIs that have the same layout; it is false if none
// has any.
func writeLayouts(b *bytes.Buffer, name string, texts []string) bool {
	done := map[string]bool{"": true}
	for _, text := range texts {
		if done[text] {
			continue
		}
		done[text] = true
		var names []string
		for i, other := range texts {
			if other == text {
				names = append(names, laidOut[i].Name)
			}
		}
		fmt.Fprintf(b, "%s %s%s\n", strings.Join(names, ","), name, text)
	}
	return len(done) > 1
}

// types compiles the includes of a group and returns the complete types they define.
func (h *headers) types(a *abi.ABI, g *group) (map[string]dwarf.Type, error) {
	p := &program{&group{includes: g.includes}, nil}
	object, diagnostics, err := h.compile(a, p.text(), "-g", "-fno-eliminate-unused-debug-types")
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", a.Name, err, diagnostics)
	}
	f, err := elf.Open(object)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := f.DWARF()
	if err != nil {
		return nil, err
	}
	return namedTypes(data)
}

// namedTypes are the structures and unions by their tag or the name of a typedef.
func namedTypes(data *dwarf.Data) (map[string]dwarf.Type, error) {
	types := map[string]dwarf.Type{}
	for r := data.Reader(); ; {
		e, err := r.Next()
		if err != nil || e == nil {
			return types, err
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		switch e.Tag {
		case dwarf.TagStructType, dwarf.TagUnionType, dwarf.TagTypedef:
			t, err := data.Type(e.Offset)
			if err != nil {
				return nil, err
			}
			if s, ok := plainType(t).(*dwarf.StructType); ok && !s.Incomplete && name != "" && types[name] == nil {
				types[name] = s
			}
		}
	}
}

// plainType is what a typedef or a qualified type stands for.
func plainType(t dwarf.Type) dwarf.Type {
	for {
		switch u := t.(type) {
		case *dwarf.TypedefType:
			t = u.Type
		case *dwarf.QualType:
			t = u.Type
		default:
			return t
		}
	}
}

func layoutText(t dwarf.Type) string {
	var b strings.Builder
	writeFields(&b, t.(*dwarf.StructType), "", 0)
	fmt.Fprintf(&b, " =%d", t.Size())
	return b.String()
}

// writeFields writes where the fields lie; those of structures in it too, and of the first
// element of arrays of structures without a tag.
func writeFields(w io.Writer, s *dwarf.StructType, prefix string, base int64) {
	for _, f := range s.Field {
		inner := innerStruct(f.Type)
		at := base + f.ByteOffset
		if f.Name != "" && f.BitSize == 0 {
			fmt.Fprintf(w, " %s%s:%d+%d", prefix, f.Name, at, max(f.Type.Size(), 0))
		}
		switch {
		case inner == nil:
		case f.Name == "":
			writeFields(w, inner, prefix, at)
		default:
			writeFields(w, inner, prefix+f.Name+".", at)
		}
	}
}

// innerStruct is the structure whose fields count as those of what holds it, if any.
func innerStruct(t dwarf.Type) *dwarf.StructType {
	t = plainType(t)
	array, isArray := t.(*dwarf.ArrayType)
	if isArray {
		t = plainType(array.Type)
	}
	if s, ok := t.(*dwarf.StructType); ok && (!isArray || s.StructName == "") {
		return s
	}
	return nil
}
