package cli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// walk calls yield with a type and those it is made of, but for the fields of records.
func walk(t syscalls.Type, yield func(syscalls.Type)) {
	yield(t)
	switch t := t.(type) {
	case syscalls.Pointer:
		walk(t.Elem, yield)
	case syscalls.Array:
		walk(t.Elem, yield)
	case syscalls.If:
		walk(t.Then, yield)
	case syscalls.Wide:
		walk(t.Then, yield)
	case *syscalls.Exchange:
		walk(*t, yield)
	case syscalls.Exchange:
		walk(t.Before, yield)
		walk(t.After, yield)
	case syscalls.Switch:
		for _, on := range sortedKeys(t.Cases) {
			walk(t.Cases[on], yield)
		}
		if t.Else != nil {
			walk(t.Else, yield)
		}
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// typeText says in words what a type is.
func typeText(t syscalls.Type) string {
	switch t := t.(type) {
	case syscalls.Bits:
		return bitsText(t)
	case syscalls.FD:
		if t.At {
			return "directory descriptor or AT_FDCWD"
		}
		return "descriptor"
	case syscalls.PID:
		if t.Group {
			return "process group id"
		}
		return "process id"
	case syscalls.Str:
		if t.Path {
			return "path"
		}
		return "string"
	case syscalls.Buf:
		return "bytes, " + lengthText(t.Len)
	case *syscalls.Record:
		return strings.TrimSpace("struct " + t.Name)
	case syscalls.Pointer:
		return typeText(t.Elem)
	case syscalls.Array:
		return arrayText(t)
	case syscalls.If:
		return typeText(t.Then)
	case syscalls.Wide:
		return typeText(t.Then)
	case *syscalls.Exchange:
		return typeText(*t)
	case syscalls.Exchange:
		return exchangeText(t)
	case syscalls.Switch:
		return "what " + t.On + " says"
	case syscalls.Custom:
		return customText(t)
	}
	return "nothing"
}

// integers are C's names of integers, by width: signed and unsigned.
var integers = map[syscalls.Width][2]string{
	1:                   {"signed char", "unsigned char"},
	2:                   {"short", "unsigned short"},
	4:                   {"int", "unsigned int"},
	8:                   {"64-bit integer", "unsigned 64-bit integer"},
	syscalls.Long:       {"long", "unsigned long"},
	syscalls.KernelLong: {"long", "unsigned long"},
}

func bitsText(t syscalls.Bits) string {
	names := integers[t.Width]
	switch {
	case t.Set != nil:
		return t.Set.Name
	case t.Form == value.Signed:
		return names[0]
	case t.Form == value.Address:
		return "address"
	case t.Form == value.Octal, t.Form == value.OctalMin:
		return "octal " + names[1]
	}
	return names[1]
}

func lengthText(n syscalls.Ref) string {
	if n == syscalls.Result {
		return "as many as the result says"
	}
	return "as many as " + string(n) + " says"
}

func arrayText(t syscalls.Array) string {
	elem := typeText(t.Elem)
	if t.Len == "" {
		return fmt.Sprintf("%d of %s", t.Count, elem)
	}
	return "array of " + elem + ", " + lengthText(t.Len)
}

// exchangeText says what is given and what the kernel makes of it.
func exchangeText(t syscalls.Exchange) string {
	before, after := typeText(t.Before), typeText(t.After)
	if before == after {
		return before
	}
	return before + ", then " + after
}

// customText makes words of a decoder's name: "futex op".
func customText(t syscalls.Custom) string {
	var b strings.Builder
	for _, c := range t.Name {
		if 'A' <= c && c <= 'Z' {
			b.WriteByte(' ')
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	if len(t.Args) > 0 {
		return b.String() + ", by " + strings.Join(t.Args, " and ")
	}
	return b.String()
}
