package variable

import (
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/image"
	"github.com/trapline/trapline/internal/fixture"
)

// What is said of a name that is no variable and no type is about what was asked for, however
// often and in whichever order it is.
func TestUnknown(t *testing.T) {
	f, err := image.Open(fixture.Build(t, "typed", "-O0"))
	if err != nil {
		t.Fatal(err)
	}
	info, err := Of(f)
	if err != nil {
		t.Fatal(err)
	}
	scope, err := info.At(f.FindSymbol("main")[0], -1)
	if err != nil {
		t.Fatal(err)
	}
	frame := &Frame{Scope: scope, Regs: &abi.Regs{ABI: abi.AMD64}}
	const noVariable, noType = "there is no variable nothing here", "there is no type nothing here"
	for range 2 {
		for _, asked := range []struct{ text, want string }{
			{"nothing", noVariable}, {"sizeof(nothing)", noType}, {"(nothing *)0", noType}, {"nothing", noVariable},
		} {
			e, err := ParseExpr(asked.text)
			if err != nil {
				t.Fatal(err)
			}
			v := e.Eval(frame)
			if v.Err() == nil || v.Err().Error() != asked.want {
				t.Errorf("%s: %v, want %s", asked.text, v.Err(), asked.want)
			}
		}
	}
}
