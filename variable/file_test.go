package variable

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
)

// Names of what is in no function lead to where the linker has put it, with the type that debug
// information tells or, without that, as symbols have them.
func TestNames(t *testing.T) {
	program := fixture.BuildPlus(t, "named", "-O0")
	f, err := image.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	info, err := Of(f)
	if err != nil {
		t.Fatal(err)
	}
	const bias = 0x10000000
	for text, want := range map[string]struct {
		symbol string
		offset abi.Addr
		size   int64
	}{
		"named_plain":                          {"named_plain", 0, 4},
		"named_static":                         {"_ZL12named_static", 0, 8},
		"shop::total":                          {"_ZN4shop5totalE", 0, 4},
		"total":                                {"_ZN4shop5totalE", 0, 4},
		"hidden":                               {"_ZN4shop12_GLOBAL__N_16hiddenE", 0, 4},
		"shop::Order::count":                   {"_ZN4shop5Order5countE", 0, 4},
		"'shop::order'":                        {"_ZN4shop5orderE", 0, 24},
		"shop::order.at[1].y":                  {"_ZN4shop5orderE", 12, 4},
		"named_count::calls":                   {"_ZZ11named_countE5calls", 0, 4},
		"_ZL12named_static":                    {"_ZL12named_static", 0, 8},
		"(*(shop::Order *)&shop::order).at[2]": {"_ZN4shop5orderE", 16, 8},
		"*&named_plain":                        {"named_plain", 0, 4},
		"*(short *)&named_plain":               {"named_plain", 0, 2},
	} {
		frame := &Frame{Regs: &abi.Regs{ABI: abi.AMD64}, Outside: []File{{Image: f, Info: info, Bias: bias}}}
		e, err := ParseExpr(text)
		if err != nil {
			t.Fatal(err)
		}
		v := e.Eval(frame)
		addr, size, err := v.Memory()
		data := f.FindData(want.symbol)
		if len(data) != 1 || err != nil || addr != abi.Addr(data[0].Addr)+bias+want.offset || size != want.size {
			t.Errorf("%s is %d bytes at %s (%v), want %d of %v", text, size, addr, err, want.size, data)
		}
	}
	for text, want := range map[string]string{
		"named_thread":        "<each thread has a named_thread of its own>",
		"nothing":             "<there is no variable nothing here>",
		"shop::nothing":       "<there is no variable shop::nothing here>",
		"shop::order.nothing": "<Order has no member nothing>",
		"named_count":         "",
	} {
		frame := &Frame{Regs: &abi.Regs{ABI: abi.AMD64}, Outside: []File{{Image: f, Info: info, Bias: bias}}}
		if want == "" {
			want = abi.Addr(f.FindSymbol(text)[0] + bias).String()
		}
		e, _ := ParseExpr(text)
		v := e.Eval(frame)
		if got := v.Text(DefaultLimits); got != want {
			t.Errorf("%s = %s, want %s", text, got, want)
		}
	}
}
