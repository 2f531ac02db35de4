package main

import (
	"fmt"
	"strings"
	"testing"
)

// Of a name remains what both gdb and Trapline tell.
func TestPlain(t *testing.T) {
	tests := []struct{ name, want string }{
		{"main", "main"},
		{"puts@plt", "puts"},
		{"__GI___qsort_r", "__qsort_r"},
		{"msort_with_tmp.part.0", "msort_with_tmp"},
		{"memcpy@@GLIBC_2.14", "memcpy"},
		{"workshop::cut(int)", "workshop::cut"},
		{"workshop::Hammer<int>::use(int) const", "workshop::Hammer<int>::use"},
		{"int workshop::expression<int, long>(int, long)", "workshop::expression<int, long>"},
		{"std::function<int (int)>::operator()(int) const", "std::function<int (int)>::operator()"},
		{"workshop::(anonymous namespace)::Saw::use(int) const", "workshop::(anonymous namespace)::Saw::use"},
		{"workshop::Bench::Bench()::{lambda(int)#1}::operator()(int) const", "workshop::Bench::Bench()::{lambda(int)#1}::operator()"},
		{"bool operator< <char>(A<char> const&, A<char> const&)", "operator< <char>"},
		{"operator new(unsigned long)", "operator new"},
		{"A::operator bool() const", "A::operator bool"},
		{"A::operator->() const", "A::operator->"},
		{"non-virtual thunk to A::f(int)", "A::f"},
		{"f(int) [clone .part.0]", "f"},
		{"f<int>(int) [clone .isra.0] [clone .constprop.3]", "f<int>"},
		{"f.constprop.0.isra.0", "f"},
		{"v8::f(int) [clone .cold]", "v8::f"},
		{"f[abi:cxx11](int)", "f"},
		{"main.Map[go.shape.[]int,go.shape.string].func1", "main.Map.func1"},
		{"main.Map[...].func1", "main.Map.func1"},
		{"main.(*stall).sell", "main.(*stall).sell"},
		{"main.trade.func1", "main.trade.func1"},
		{"main.sum[...]", "main.sum"},
		{"core::ops::function::FnOnce::call_once::h0123456789abcdef", "core::ops::function::FnOnce::call_once"},
		{"__rustc[b7974e8690430dd9]::__rust_dealloc", "__rustc::__rust_dealloc"},
		{"<foundry::Gear<T> as foundry::Mold>::pour", "<foundry::Gear<T> as foundry::Mold>::pour"},
		{"", ""},
	}
	for _, test := range tests {
		if got := plain(test.name); got != test.want {
			t.Errorf("plain(%q) = %q, want %q", test.name, got, test.want)
		}
	}
}

// Both are read alike, and the trampoline of a signal is no frame.
func TestParse(t *testing.T) {
	threads, err := parse([]byte(`{"threads": [{"tid": 7, "ended": "why", "frames": [
		{"pc": "0x10", "function": "handler", "line": 3, "file": "a.c"},
		{"pc": "0x20", "function": "__restore_rt", "trampoline": true},
		{"pc": "0x30", "function": "f(int)", "inlined": true}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%d %s %v", threads[0].TID, threads[0].Ended, threads[0].Frames)
	if want := "7 why [0x10 handler at a.c:3 0x30 f(int) inlined]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, text := range []string{`{"error": "no such process"}`, `{"threads": [{"frames": [{"pc": "ten"}]}]}`, `{`} {
		if _, err := parse([]byte(text)); err == nil {
			t.Errorf("parse(%s): no error", text)
		}
	}
}

// stackOf makes a stack of words PC:FUNCTION, such as 1:main; ! after the address is a
// table that gdb does not read, ^ the first instruction, and +N after the name is a line.
func stackOf(text string) (t thread) {
	for _, word := range strings.Fields(text) {
		pc, name, _ := strings.Cut(word, ":")
		f := frame{From: "symtab", Offset: 1}
		if strings.HasSuffix(pc, "^") {
			f.Offset = 0
		}
		if strings.HasSuffix(pc, "!") {
			f.From = "pclntab"
		}
		fmt.Sscanf(pc, "%d", &f.PC)
		name, line, _ := strings.Cut(name, "+")
		fmt.Sscanf(line, "%d", &f.Line)
		f.Function, f.plain = name, plain(name)
		t.Frames = append(t.Frames, f)
	}
	return t
}

// Calls return to addresses from 1 to 89.
func TestCompare(t *testing.T) {
	tests := []struct {
		name, gdb, ended, ours string
		want                   string // equal/frames more further lines
	}{
		{"equal", "1:a 2:b", "outermost", "1:a 2:b", "2/2 0 0 0/0"},
		{"another name", "1:a 2:b 3:c", "outermost", "1:a 2:x 3:c", "2/3 0 0 0/0"},
		{"another address", "1:a 2:b 3:c", "outermost", "1:a 9:b 3:c", "2/4 0 0 0/0"},
		{"one is missing", "1:a 2:b 3:c", "outermost", "1:a 3:c", "2/3 0 0 0/0"},
		{"one too many", "1:a 3:c", "outermost", "1:a 2:b 3:c", "2/3 0 0 0/0"},
		{"ours ends early", "1:a 2:b 3:c", "outermost", "1:a", "1/3 0 0 0/0"},
		{"ours goes on where gdb ends", "1:a", "outermost", "1:a 2:b", "1/2 0 0 0/0"},
		{"ours goes on where gdb gives up", "1:a", "memory error", "1:a 2:b", "1/1 0 1 0/0"},
		{"no thread of ours", "1:a 2:b", "outermost", "", "0/2 0 0 0/0"},
		{"inlined calls", "1:a 1:b 2:c", "outermost", "1:a 1:b 2:c", "3/3 0 0 0/0"},
		{"an inlined call is missing", "1:a 1:b 2:c", "outermost", "1:b 2:c", "2/3 0 0 0/0"},
		{"gdb knows no name, nor do we", "1:a 2:", "outermost", "1:a 2:", "2/2 0 0 0/0"},
		{"gdb knows no name, a symbol is a guess", "1:a 2:", "outermost", "1:a 2:b", "1/2 0 0 0/0"},
		{"gdb knows no name, Go's table does", "1:a 2:", "outermost", "1:a 2!:b", "1/2 1 0 0/0"},
		{"gdb takes a function that begins for the one before", "1:a 2:", "outermost", "1:a 2^:b", "1/2 1 0 0/0"},
		{"gdb goes astray", "1:a 500:", "outermost", "1:a 2:b", "1/1 0 1 0/0"},
		{"gdb returns to what called nobody", "1:a 95:x 2:b", "outermost", "1:a", "1/1 0 0 0/0"},
		{"so do both", "1:a 95:x 2:b", "outermost", "1:a 95:x 2:b", "3/3 0 0 0/0"},
		{"an inlined call at the innermost", "95:x 95:y 2:b", "outermost", "95:x 2:b", "2/3 0 0 0/0"},
		{"both go astray", "1:a 500:", "outermost", "1:a 600:", "1/1 0 1 0/0"},
		{"the innermost may be anywhere", "500: 1:a", "outermost", "500: 1:a", "2/2 0 0 0/0"},
		{"lines", "1:a+3 2:b+4 3:c", "outermost", "1:a+3 2:b+5 3:c+6", "3/3 0 0 1/2"},
	}
	called := func(pc address) bool { return pc < 90 }
	for _, test := range tests {
		gdb, ours := stackOf(test.gdb), stackOf(test.ours)
		gdb.Ended = test.ended
		got := compareThreads([]thread{gdb}, []thread{ours}, called)
		if s := fmt.Sprintf("%d/%d %d %d %d/%d", got.equal, got.frames, got.more, got.further, got.equalLines, got.lines); s != test.want {
			t.Errorf("%s: %s, want %s", test.name, s, test.want)
		}
		if wrong := got.judged() - got.equal + got.lines - got.equalLines; len(got.differences) != wrong {
			t.Errorf("%s: %d differences, want %d", test.name, len(got.differences), wrong)
		}
	}
}

// A frame that gdb deduces is not asked for, and right if it is there.
func TestCompareTails(t *testing.T) {
	called := func(address) bool { return true }
	gdb := stackOf("1:a 2:b 3:c")
	gdb.Frames[1].Tail, gdb.Ended = true, outermost
	for ours, want := range map[string]string{"1:a 3:c": "2 of 2, 1", "1:a 2:b 3:c": "3 of 3, 0", "1:a 2:x 3:c": "2 of 3, 0"} {
		got := compareThreads([]thread{gdb}, []thread{stackOf(ours)}, called)
		if s := fmt.Sprintf("%d of %d, %d", got.equal, got.judged(), got.tails); s != want {
			t.Errorf("%s: %s, want %s", ours, s, want)
		}
	}
}

// Threads are compared by their ids, whatever their order.
func TestCompareByID(t *testing.T) {
	one, two := stackOf("1:a"), stackOf("2:b")
	one.TID, two.TID = 1, 2
	called := func(address) bool { return true }
	got := compareThreads([]thread{one, two}, []thread{two, one}, called)
	if got.equal != 2 || got.fraction() != 1 {
		t.Errorf("%+v", got)
	}
}

// Every subject that is compiled has its source.
func TestSources(t *testing.T) {
	entries, err := sources.ReadDir("programs")
	if err != nil || len(entries) < 6 {
		t.Errorf("%d programs, %v", len(entries), err)
	}
}
