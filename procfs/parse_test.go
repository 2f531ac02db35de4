package procfs

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/trapline/trapline/abi"
)

const mapsText = `555555554000-555555556000 r--p 00000000 fd:01 1234567                   /usr/bin/cat
555555556000-55555555b000 r-xp 00002000 fd:01 1234567                   /tmp/a b (deleted)
7ffff7d00000-7ffff7d01000 rw-p 00000000 00:00 0 
7ffff7d01000-7ffff7d02000 rw-s 00000000 00:01 42                         /memfd:x\012y (deleted)
7ffffffde000-7ffffffff000 ---p 00000000 00:00 0                          [stack]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`

func TestParseMaps(t *testing.T) {
	got, err := ParseMaps([]byte(mapsText))
	if err != nil {
		t.Fatal(err)
	}
	want := []Mapping{
		{0x555555554000, 0x555555556000, Readable, 0, 0xfd, 1, 1234567, "/usr/bin/cat"},
		{0x555555556000, 0x55555555b000, Readable | Executable, 0x2000, 0xfd, 1, 1234567, "/tmp/a b (deleted)"},
		{0x7ffff7d00000, 0x7ffff7d01000, Readable | Writable, 0, 0, 0, 0, ""},
		{0x7ffff7d01000, 0x7ffff7d02000, Readable | Writable | Shared, 0, 0, 1, 42, "/memfd:x\ny (deleted)"},
		{0x7ffffffde000, 0x7ffffffff000, 0, 0, 0, 0, 0, "[stack]"},
		{0xffffffffff600000, 0xffffffffff601000, Executable, 0, 0, 0, 0, "[vsyscall]"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !got[1].Deleted() || got[0].Deleted() {
		t.Error("Deleted is wrong")
	}
	for _, bad := range []string{"\n", "1000", "1000-2000\n", "1000-2000 r--p x 0:0 0\n", "10000000000000000-0 r--p 0 0:0 0\n"} {
		if got, err := ParseMaps([]byte(bad)); err == nil {
			t.Errorf("%q gave %+v", bad, got)
		}
	}
}

func TestPermString(t *testing.T) {
	for _, want := range []string{"---p", "r--p", "rw-s", "r-xp", "rwxs"} {
		if got := parsePerm([]byte(want)).String(); got != want {
			t.Errorf("%s prints as %s", want, got)
		}
	}
}

const statText = "4711 (a) b) (R) S 12 34 56 34816 78 4194304 1 2 3 4 5 6 7 8 20 0 3 0 987654 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 17 6 0 0 0 0 0 0 0 0 0 0 0 0 0\n"

func TestParseStat(t *testing.T) {
	got, err := ParseStat([]byte(statText))
	if err != nil {
		t.Fatal(err)
	}
	want := &StatFields{PID: 4711, Comm: "a) b) (R", State: 'S', PPID: 12, PGRP: 34, Session: 56, Flags: 4194304, Threads: 3, StartTime: 987654, Processor: 6}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if cpu, err := parseProcessor([]byte(statText)); err != nil || cpu != 6 {
		t.Errorf("parseProcessor = %d, %v", cpu, err)
	}
	for _, bad := range []string{"", "1", "1 (x", "1 (x) S", ")("} {
		if got, err := ParseStat([]byte(bad)); err == nil {
			t.Errorf("%q gave %+v", bad, got)
		}
	}
}

const statusText = `Name:	a\\b\nc d
Umask:	0022
State:	t (tracing stop)
Tgid:	100
Ngid:	0
Pid:	101
PPid:	1
TracerPid:	99
Uid:	1000	1001	1002	4294967295
Gid:	5	6	7	8
FDSize:	256
Groups:	4 24 27 
NSpid:	101	7	1
Threads:	2
SigQ:	0/7823
SigPnd:	0000000000000001
ShdPnd:	0000000000000002
SigBlk:	8000000000000000
SigIgn:	0000000000001000
SigCgt:	0000000180014a07
Seccomp:	2
Seccomp_filters:	3
`

func TestParseStatus(t *testing.T) {
	got, err := ParseStatus([]byte(statusText))
	if err != nil {
		t.Fatal(err)
	}
	want := &StatusFields{
		Name: "a\\b\nc d", State: 't', Tgid: 100, Pid: 101, PPid: 1, TracerPid: 99,
		UID: IDs{1000, 1001, 1002, 4294967295}, GID: IDs{5, 6, 7, 8},
		Threads: 2, NSpid: []int{101, 7, 1},
		SigPnd: 1, ShdPnd: 2, SigBlk: 1 << 63, SigIgn: 0x1000, SigCgt: 0x180014a07,
		Seccomp: SeccompFilter, SeccompFilters: 3,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !got.SigIgn.Has(13) || got.SigIgn.Has(12) || !got.SigBlk.Has(64) || got.SigBlk.Has(0) || got.SigBlk.Has(65) {
		t.Error("SigSet.Has is wrong")
	}
	if got, err := ParseStatus([]byte("Tgid:\tx\n")); err == nil {
		t.Errorf("a tgid of x gave %+v", got)
	}
}

func TestParseSyscall(t *testing.T) {
	for text, want := range map[string]SyscallFields{
		"running\n":             {Running: true},
		"-1 0x7ffc0 0x401000\n": {NR: -1, SP: 0x7ffc0, PC: 0x401000},
		"0 0x1 0x2 0x3 0x4 0x5 0x6 0xffffffffffffffff 0x8\n": {
			Args: [6]uint64{1, 2, 3, 4, 5, 6}, SP: abi.Addr(1<<64 - 1), PC: 8,
		},
	} {
		got, err := ParseSyscall([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(&want, got); diff != "" {
			t.Errorf("%q: -want +got:\n%s", text, diff)
		}
	}
	for _, bad := range []string{"", "0 0x1", "x 0x1 0x2"} {
		if got, err := ParseSyscall([]byte(bad)); err == nil {
			t.Errorf("%q gave %+v", bad, got)
		}
	}
}

func TestParseCmdline(t *testing.T) {
	for text, want := range map[string][]string{
		"":                 nil,
		"sh\x00":           {"sh"},
		"sh\x00-c\x00\x00": {"sh", "-c", ""},
		"nginx: worker":    {"nginx: worker"},
	} {
		if diff := cmp.Diff(want, ParseCmdline([]byte(text))); diff != "" {
			t.Errorf("%q: -want +got:\n%s", text, diff)
		}
	}
}

func FuzzParseMaps(f *testing.F) {
	f.Add([]byte(mapsText))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if maps, err := ParseMaps(raw); err == nil && len(maps) > len(raw) {
			t.Errorf("%d mappings from %d bytes", len(maps), len(raw))
		}
	})
}

// FuzzParseStat checks that the two readers of one field agree.
func FuzzParseStat(f *testing.F) {
	f.Add([]byte(statText))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := ParseStat(raw)
		if err != nil {
			return
		}
		if cpu, err := parseProcessor(raw); err != nil || cpu != s.Processor {
			t.Errorf("processor is %d, and %d, %v", s.Processor, cpu, err)
		}
	})
}

func FuzzParseStatus(f *testing.F) {
	f.Add([]byte(statusText))
	if raw, err := os.ReadFile("/proc/self/status"); err == nil {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if s, err := ParseStatus(raw); err == nil && len(s.NSpid) > len(raw) {
			t.Errorf("%d ids from %d bytes", len(s.NSpid), len(raw))
		}
	})
}

func FuzzParseSyscall(f *testing.F) {
	f.Add([]byte("0 0x1 0x2 0x3 0x4 0x5 0x6 0xffffffffffffffff 0x8\n"))
	f.Add([]byte("running\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if s, err := ParseSyscall(raw); err == nil && s.Running && *s != (SyscallFields{Running: true}) {
			t.Errorf("running and %+v", s)
		}
	})
}

const fdInfoText = "pos:\t18446744073709551615\nflags:\t02000002\nmnt_id:\t15\nino:\t2058\nPid:\t-1\nNSpid:\t4\t5\nsigmask:\t0000000000000200\neventfd-count:               2a\neventfd-id: 7\neventfd-semaphore: 1\n"

func TestParseFDInfo(t *testing.T) {
	got, err := ParseFDInfo([]byte(fdInfoText))
	if err != nil {
		t.Fatal(err)
	}
	want := &FDInfoFields{
		Pos: 1<<64 - 1, Flags: 0o2000002, MountID: 15, Pid: -1, NSpid: []int{4, 5},
		SigMask: 0x200, Count: 42, EventFD: 7, Semaphore: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got, err := ParseFDInfo([]byte("flags:\t9\n")); err == nil {
		t.Errorf("an octal 9 gave %+v", got)
	}
}

func FuzzParseFDInfo(f *testing.F) {
	f.Add([]byte(fdInfoText))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if i, err := ParseFDInfo(raw); err == nil && len(i.NSpid) > len(raw) {
			t.Errorf("%d ids from %d bytes", len(i.NSpid), len(raw))
		}
	})
}

func TestParseRunnable(t *testing.T) {
	if n, err := parseRunnable([]byte("0.20 0.18 0.12 3/80 11206\n")); n != 3 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	for _, bad := range []string{"", "1 2 3", "1 2 3 x/4"} {
		if n, err := parseRunnable([]byte(bad)); err == nil {
			t.Errorf("%q gave %d", bad, n)
		}
	}
}
