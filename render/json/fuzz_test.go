package json

import (
	"bytes"
	"testing"
)

// Reading ends whatever is read, and what a value was read as is written and read as
// the same.
func FuzzReader(f *testing.F) {
	for _, v := range values {
		f.Add([]byte(call(1, 2, 0) + `{"type":"signal","seq":9,"tid":1,"info":` + v.form + "}\n"))
	}
	f.Add([]byte(`{"type":"signal","seq":9,"tid":1,` + stackJSON + "}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o := NewOrdered(NewReader(bytes.NewReader(data)))
		o.limit = 1 << 10
		for {
			m, err := o.Next()
			if err != nil {
				return
			}
			form := AppendValue([]byte("x"), m.Info)[1:]
			p := &parser{data: form}
			again := AppendValue([]byte("x"), p.value())[1:]
			if p.err != nil || !bytes.Equal(form, again) {
				t.Fatalf("%v\nwritten %s\n  again %s", p.err, form, again)
			}
		}
	})
}
