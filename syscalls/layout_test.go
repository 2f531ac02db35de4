package syscalls

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/trapline/trapline/abi"
)

// TestLayout compares the offsets of records' fields with those a C compiler gives.
func TestLayout(t *testing.T) {
	records := map[*abi.ABI]map[string][]*Record{}
	for _, a := range abi.All {
		records[a] = recordsOf(a)
	}
	f, err := os.Open("testdata/layout.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	checked := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if words[0] == "#" {
			continue
		}
		a, _ := abi.Find(words[0])
		for _, r := range records[a][words[1]] {
			checkLayout(t, a, r, words[2:])
			checked++
		}
	}
	if checked < 100 {
		t.Errorf("only %d layouts compared", checked)
	}
}

// recordsOf returns the records that the calls of an ABI refer to, by their C tag.
func recordsOf(a *abi.ABI) map[string][]*Record {
	all, seen := map[string][]*Record{}, map[*Record]bool{}
	for _, row := range For(a).rows {
		if row != nil {
			collect(all, seen, row.Params)
		}
	}
	return all
}

func checkLayout(t *testing.T, a *abi.ABI, r *Record, want []string) {
	offsets := map[string]int{}
	for i := range r.Fields {
		offsets[r.Fields[i].Name] = r.Offset(a, i)
	}
	for _, w := range want {
		name, text, _ := strings.Cut(w, ":")
		off, _ := strconv.Atoi(text)
		if name == "=" {
			if r.Size(a) > off {
				t.Errorf("%s: struct %s has %d bytes, in C %d", a, r.Name, r.Size(a), off)
			}
		} else if got, ok := offsets[name]; ok && got != off {
			t.Errorf("%s: %s of struct %s is at %d, in C at %d", a, name, r.Name, got, off)
		}
	}
}

// collect adds the records that params are made of.
func collect(all map[string][]*Record, seen map[*Record]bool, params []Param) {
	for i := range params {
		collectType(all, seen, params[i].Type)
	}
}

func collectType(all map[string][]*Record, seen map[*Record]bool, t Type) {
	switch t := t.(type) {
	case Pointer:
		if t.Elem != nil {
			collectType(all, seen, t.Elem)
		}
	case Array:
		collectType(all, seen, t.Elem)
	case If:
		collectType(all, seen, t.Then)
	case Switch:
		collectType(all, seen, t.Else)
		for _, c := range t.Cases {
			collectType(all, seen, c)
		}
	case *Rest:
		collect(all, seen, t.Else)
		t.EachCase(abi.AMD64, func(_ uint64, c []Param) { collect(all, seen, c) })
	case Custom:
		if plain := Plain(abi.AMD64, &t); plain != nil {
			collectType(all, seen, plain)
		}
	case *Union:
		collectType(all, seen, t.Else)
		for _, form := range t.Forms {
			collectType(all, seen, form)
		}
	case *Record:
		if !seen[t] {
			seen[t] = true
			all[t.Name] = append(all[t.Name], t)
			collect(all, seen, t.Fields)
		}
	}
}
