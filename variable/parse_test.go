package variable

import (
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
)

// registers is a frame that has nothing else.
func registers() *Frame {
	f := &Frame{Regs: &abi.Regs{ABI: abi.AMD64}}
	f.Regs.SetSP(0x1000)
	return f
}

func TestExpr(t *testing.T) {
	for text, want := range map[string]string{
		"1 + 2 * 3":                       "7",
		"(1 + 2) * 3":                     "9",
		"10 - 2 - 3":                      "5",
		"7 / 2":                           "3",
		"-7 % 4":                          "-3",
		"1 << 4 | 1":                      "17",
		"~0":                              "-1",
		"!0 && 2":                         "1",
		"0 || 0":                          "0",
		"1.5 + 1":                         "2.5",
		"0x10":                            "16",
		"'a'":                             "97",
		`'\n'`:                            "10",
		`"a" == "a"`:                      "1",
		`"a" < "b" && "b" != "a"`:         "1",
		"$rsp":                            "4096",
		"true + nil":                      "1",
		"1 / 0":                           "<a division by zero>",
		"-9223372036854775807 - 1":        "-9223372036854775808",
		"(-9223372036854775807 - 1) / -1": "-9223372036854775808",
		"$nothing":                        "<there is no register nothing>",
		"name":                            "<there is no variable name here>",
		`"a" + 1`:                         "<text compares with text only>",
		"1.5 & 1":                         "<& does not work on floating-point numbers>",
		"0 && name":                       "0",
		"1 || name":                       "1",
		"*1":                              "<it is no pointer>",
		"1[0]":                            "<it has no elements>",
		"1 .a":                            "<it has no member a>",
		"&1":                              "<it is not in memory>",
		"(int)-1 == (unsigned char)255":   "0",
		"(char)97":                        "97 'a'",
		"(unsigned short) 65537 + 1":      "2",
		"(long unsigned int)7 / 2":        "3",
		"(int *)16":                       "0x10",
		"(int)2.75 * 2":                   "4",
		"(double)1 / 2":                   "0.5",
		"(float)0":                        "0",
		"*(const int *)0":                 "<a null pointer>",
		"(int *)(4 + 4)":                  "0x8",
		"(true) - 1":                      "0",
	} {
		e, err := ParseExpr(text)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		v := e.Eval(registers())
		if got := v.Text(DefaultLimits); got != want {
			t.Errorf("%s = %s, want %s", text, got, want)
		}
	}
}

func TestParseFails(t *testing.T) {
	for text, want := range map[string]string{
		"":                             `expression "": it ends early`,
		"1 +":                          `expression "1 +": it ends early`,
		"(1":                           `expression "(1": ")" is missing`,
		"a[1":                          `expression "a[1": "]" is missing`,
		"a.":                           `expression "a.": the name of a member is missing`,
		"1 2":                          `expression "1 2": what is "2"?`,
		`"a`:                           `expression "\"a": a " is missing at the end`,
		"12ab":                         `expression "12ab": "12ab" is no number`,
		"a = 1":                        `expression "a = 1": what is "="?`,
		strings.Repeat("(", 10000):     "",
		strings.Repeat("!", 10000):     "",
		strings.Repeat("(int)", 10000): "",
		"(int *":                       `expression "(int *": it ends early`,
	} {
		if _, err := ParseExpr(text); err == nil || want != "" && err.Error() != want {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
}

func TestParseExprs(t *testing.T) {
	all, err := ParseExprs("a->b, c[1] ,$rsp+1")
	if err != nil || len(all) != 3 || all[0].Text != "a->b" || all[1].Text != "c[1]" || all[2].Text != "$rsp+1" {
		t.Errorf("%+v, %v", all, err)
	}
	for _, bad := range []string{"a,", ",", "a b"} {
		if _, err := ParseExprs(bad); err == nil {
			t.Errorf("%q is no error", bad)
		}
	}
}

func FuzzExpr(f *testing.F) {
	for _, text := range []string{"a->b[1].c == 'x'", `(1 + 2.5) * -3 >= $rsp`, `"a\"b" != name::x`, "!~*&a", "*(long unsigned int **)(char)p"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := ParseExpr(text); err == nil {
			v := e.Eval(registers())
			v.Text(DefaultLimits)
		}
	})
}
