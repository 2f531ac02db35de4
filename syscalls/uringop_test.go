package syscalls

import (
	"slices"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
)

// places are where C has the fields of struct io_uring_sqe.
var places = []int{0, 1, 2, sqeFD, sqeOff, sqeAddr, sqeOptname, sqeLen, sqeFlags, 32, sqeBuffer, 42, sqeIndex, sqeAddr3, sqeMask}

// TestUringOperations checks that every operation has a description of its own, which has an
// entry's size and its fields in their places under every ABI.
func TestUringOperations(t *testing.T) {
	known := uringEntries()
	for _, op := range uapi.UringOps.Consts {
		if known[op.Value] == nil {
			t.Errorf("%s has no fields", op.Name)
		}
	}
	if len(known) != len(uapi.UringOps.Consts) {
		t.Errorf("%d operations, %d of them have a name", len(known), len(uapi.UringOps.Consts))
	}
	entries := []*Record{UringEntry(255)}
	for _, r := range known {
		entries = append(entries, r)
	}
	for _, r := range uringSocketEntries() {
		entries = append(entries, r)
	}
	for _, r := range entries {
		for _, a := range abi.All {
			checkEntry(t, r, a)
		}
	}
}

func checkEntry(t *testing.T, r *Record, a *abi.ABI) {
	t.Helper()
	if n := r.Size(a); n != UringEntrySize {
		t.Errorf("%s %v: %d bytes", a.Name, r.Order, n)
	}
	for _, name := range r.Order {
		i := slices.IndexFunc(r.Fields, func(f Param) bool { return f.Name == name })
		if i < 0 {
			t.Errorf("%v: there is no %s", r.Order, name)
		} else if !slices.Contains(places, r.Offset(a, i)) {
			t.Errorf("%s %v: %s lies at %d", a.Name, r.Order, name, r.Offset(a, i))
		}
	}
	if r.Order[0] != "opcode" || r.Order[len(r.Order)-1] != "user_data" {
		t.Errorf("an entry is shown as %v", r.Order)
	}
	if all := slices.Sorted(slices.Values(r.Order)); len(slices.Compact(all)) != len(r.Order) {
		t.Errorf("%v: a name twice", r.Order)
	}
}
