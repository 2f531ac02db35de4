package strace

import (
	"testing"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/value"
)

func TestRunState(t *testing.T) {
	state := func(n uint64) value.Value {
		return &value.Struct{Fields: []value.Field{{Name: "if_flag", Value: &value.Int{Bits: n, Size: 1}}}}
	}
	for want, vcpu := range map[string]decode.VCPU{
		"": {Num: 3},
		" VCPU:3< {if_flag=0}\n VCPU:3> {if_flag=1}\n": {Num: 3, Before: state(0), After: state(1)},
		" VCPU:0< {if_flag=1}\n":                       {Before: state(1)},
	} {
		l := &line{}
		l.call.VCPU = vcpu
		NewPrinter(Options{}).vcpu(l)
		if string(l.text) != want {
			t.Errorf("%q, want %q", l.text, want)
		}
	}
}
