package decode

import (
	"sync"

	"github.com/trapline/trapline/syscalls"
	"github.com/trapline/trapline/value"
)

// integers is a payload: a structure of integers, or of the like, run by run. Its record is made when it is first
// needed: few programs need many of them.
type integers struct {
	name string
	runs []run

	once sync.Once
	made syscalls.Record
}

// A run is fields, separated by blanks, of the same type.
type run struct {
	of     syscalls.Type
	fields string
}

func (n *integers) record() *syscalls.Record {
	n.once.Do(func() {
		n.made.Name = n.name
		for _, r := range n.runs {
			eachWord(r.fields, func(name string) {
				n.made.Fields = append(n.made.Fields, syscalls.Param{Name: name, Type: r.of})
			})
		}
	})
	return &n.made
}

func (n *integers) decode(x *context, b []byte) value.Value {
	return structure{n.record()}.decode(x, b)
}
