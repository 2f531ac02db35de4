package syscalls

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
)

// unchecked are the structures that are not compared, under some ABI, and why that is so.
var unchecked = map[string]string{
	"old_sigaction":            "the headers have the C library's",
	"kernel_sigaction":         "the headers have the C library's",
	"siginfo":                  "its fields are macros",
	"sender":                   "its fields are macros",
	"sigevent":                 "its fields are macros",
	"sched_param":              "of the C library",
	"sockaddr":                 "of the C library",
	"msghdr":                   "of the C library",
	"mmsghdr":                  "of the C library",
	"sg_scsi_id":               "of the C library",
	"sg_req_info":              "of the C library",
	"__aio_sigset":             "in no header",
	"sigset_argpack":           "in no header",
	"i386/v4l2_buffer":         "the headers have the one with a time of 32 bits",
	"amd64/v4l2_buffer_time32": "the headers have the one with a time of 64 bits",
	"arm64/v4l2_buffer_time32": "the headers have the one with a time of 64 bits",
	"":                         "compared as a part of what it is in",
	"arm64/kvm_sregs":          "of x86",
	"arm64/kvm_segment":        "of x86",
	"arm64/kvm_dtable":         "of x86",
}

// renamed are the fields that C calls otherwise or has in a union, and why.
var renamed = map[string]string{
	"gpio_v2_line_attribute.data":            "a union of its values",
	"io_uring_params.sq_off":                 "of it only the last field is read",
	"io_uring_params.cq_off":                 "of it only the last field is read",
	"btrfs_ioctl_vol_args_v2.qgroup_inherit": "with what a union has more",
	"btrfs_ioctl_received_subvol_args.stime": "without the padding behind it",
	"btrfs_ioctl_received_subvol_args.rtime": "without the padding behind it",
	"ff_effect.none":                         "no field is of that kind",
	"v4l2_streamparm.room":                   "a union as a whole",
	"v4l2_frmsizeenum.room":                  "a union as a whole",
	"v4l2_frmivalenum.room":                  "a union as a whole",
	"v4l2_querymenu.value":                   "read by the decoder, in a union with the name",
}

// A layout is a C structure: where its fields lie, how many bytes they have, and it all.
type layout struct {
	fields map[string]extent
	size   int
}

type extent struct{ at, size int }

// TestLayout compares the records of the table with what a C compiler makes of the kernel's
// headers. Each must be there or be named in unchecked.
func TestLayout(t *testing.T) {
	golden := readLayouts(t)
	for _, a := range []*abi.ABI{abi.AMD64, abi.I386, abi.ARM64} {
		t.Run(a.Name, func(t *testing.T) {
			c := &layoutCheck{t, a, golden[a.Name], map[*Record]bool{}}
			records, elements := recordsOf(a)
			for _, r := range records {
				if l, ok := c.golden[r.Name]; ok && !c.excused(r) {
					c.record(r, l, elements[r])
				}
			}
			for _, r := range records {
				if !c.seen[r] && !c.excused(r) {
					t.Errorf("struct %s is not in layout.set", r.Name)
				}
			}
		})
	}
}

// A layoutCheck compares the records of one ABI.
type layoutCheck struct {
	t      *testing.T
	a      *abi.ABI
	golden map[string]layout
	seen   map[*Record]bool
}

func (c *layoutCheck) record(r *Record, l layout, element bool) {
	if size := r.Size(c.a); size > l.size || size != l.size && element {
		c.t.Errorf("struct %s has %d bytes, in C %d", r.Name, size, l.size)
	}
	c.fields(r, r, l, "", 0)
}

// fields compares the fields of a part of a structure, which begins at base and whose fields
// have names with that prefix.
func (c *layoutCheck) fields(whole, part *Record, l layout, prefix string, base int) {
	c.seen[part] = true
	for i := range part.Fields {
		f, at := &part.Fields[i], base+part.Offset(c.a, i)
		if f.Name != "" {
			c.field(whole.Name, prefix+f.Name, f.Type, at, l)
		}
		for _, inner := range parts(f.Type) {
			c.part(whole, inner, l, prefix, f.Name, at)
		}
	}
}

// part compares a structure inside of another, if C has no name for it.
func (c *layoutCheck) part(whole, inner *Record, l layout, prefix, name string, at int) {
	_, known := c.golden[inner.Name]
	switch {
	case name == "":
		c.fields(whole, inner, l, prefix, at)
	case !known:
		c.fields(whole, inner, l, prefix+name+".", at)
	}
}

// parts are the structures that a field is or may be.
func parts(t Type) []*Record {
	switch t := t.(type) {
	case *Record:
		return []*Record{t}
	case Array:
		return parts(t.Elem)
	case Switch:
		all := parts(t.Else)
		for _, one := range t.Cases {
			all = append(all, parts(one)...)
		}
		return all
	}
	return nil
}

func (c *layoutCheck) field(of, name string, typ Type, at int, l layout) {
	want, ok := l.find(name)
	size := typ.Size(c.a)
	_, nested := typ.(*Record)
	switch {
	case renamed[of+"."+name] != "":
	case !ok:
		c.t.Errorf("struct %s has no %s in C", of, name)
	case at != want.at:
		c.t.Errorf("%s of struct %s is at %d, in C at %d", name, of, at, want.at)
	case size > want.size || size < want.size && size != 0 && !nested:
		c.t.Errorf("%s of struct %s has %d bytes, in C %d", name, of, size, want.size)
	}
}

// find looks a field up, also without the names of what it is in.
func (l layout) find(name string) (extent, bool) {
	if found, ok := l.fields[name]; ok {
		return found, true
	}
	for full, found := range l.fields {
		if strings.HasSuffix(full, "."+name) {
			return found, true
		}
	}
	return extent{}, false
}

func (c *layoutCheck) excused(r *Record) bool {
	return unchecked[r.Name] != "" || unchecked[c.a.Name+"/"+r.Name] != ""
}

// readLayouts reads the golden, by the names of ABIs and structures.
func readLayouts(t *testing.T) map[string]map[string]layout {
	text, err := os.ReadFile("testdata/layout.txt")
	if err != nil {
		t.Fatal(err)
	}
	golden := map[string]map[string]layout{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if words[0] == "#" {
			continue
		}
		for name := range strings.SplitSeq(words[0], ",") {
			if golden[name] == nil {
				golden[name] = map[string]layout{}
			}
			golden[name][words[1]] = parseLayout(t, words[2:])
		}
	}
	return golden
}

// parseLayout reads the words NAME:OFFSET+SIZE and =SIZE.
func parseLayout(t *testing.T, words []string) layout {
	l := layout{fields: map[string]extent{}}
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, word := range words {
		if size, ok := strings.CutPrefix(word, "="); ok {
			l.size = number(size)
			continue
		}
		name, place, _ := strings.Cut(word, ":")
		at, size, _ := strings.Cut(place, "+")
		l.fields[name] = extent{number(at), number(size)}
	}
	return l
}

// recordsOf returns the records that the calls of an ABI refer to, and which of them are
// elements of arrays.
func recordsOf(a *abi.ABI) (all []*Record, elements map[*Record]bool) {
	c := &collector{a: a, seen: map[*Record]bool{}, elements: map[*Record]bool{}}
	for row := range For(a).all {
		if row != nil {
			c.params(row.Params)
		}
	}
	return c.all, c.elements
}

// A collector gathers records, each once.
type collector struct {
	a              *abi.ABI
	all            []*Record
	seen, elements map[*Record]bool
}

func (c *collector) params(params []Param) {
	for i := range params {
		c.typ(params[i].Type)
	}
}

func (c *collector) typ(t Type) {
	switch t := t.(type) {
	case Pointer:
		if t.Elem != nil {
			c.typ(t.Elem)
		}
	case Array:
		if r, ok := t.Elem.(*Record); ok {
			c.elements[r] = true
		}
		c.typ(t.Elem)
	case Exchange:
		c.typ(t.Before)
		c.typ(t.After)
	case If:
		c.typ(t.Then)
	case Wide:
		c.typ(t.Then)
	case Tagged:
		c.choice(t.Cases, t.Else)
	case Switch:
		c.choice(t.Cases, t.Else)
	case *Rest:
		c.params(t.Else)
		t.EachCase(c.a, func(_ uint64, found []Param) { c.params(found) })
	case Custom:
		if plain := Plain(c.a, &t); plain != nil {
			c.typ(plain)
		}
	case *Union:
		c.typ(t.Else)
		for _, form := range t.Forms {
			c.typ(form)
		}
	case *Record:
		if !c.seen[t] {
			c.seen[t] = true
			c.all = append(c.all, t)
			c.params(t.Fields)
		}
	}
}

func (c *collector) choice(cases map[uint64]Type, other Type) {
	c.typ(other)
	for _, one := range cases {
		c.typ(one)
	}
}
