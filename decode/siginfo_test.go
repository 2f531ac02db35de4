package decode_test

import (
	"encoding/binary"
	"testing"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/render/strace"
	"github.com/trapline/trapline/value"
)

// siginfo64 makes a siginfo_t of a 64-bit ABI whose union is the words.
func siginfo64(sig, errno, code int32, words ...uint64) []byte {
	b := make([]byte, 16, 128)
	binary.LittleEndian.PutUint32(b, uint32(sig))
	binary.LittleEndian.PutUint32(b[4:], uint32(errno))
	binary.LittleEndian.PutUint32(b[8:], uint32(code))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b[:128]
}

func TestSiginfo(t *testing.T) {
	const pid7 = 1000<<32 | 7 // si_pid, si_uid
	for _, tt := range []struct {
		info []byte
		want string
	}{
		{siginfo64(10, 0, 0, pid7), "{si_signo=SIGUSR1, si_code=SI_USER, si_pid=7, si_uid=1000}"},
		{siginfo64(10, 0, -6, pid7), "{si_signo=SIGUSR1, si_code=SI_TKILL, si_pid=7, si_uid=1000}"},
		{siginfo64(10, 2, 0, pid7), "{si_signo=SIGUSR1, si_code=SI_USER, si_errno=ENOENT, si_pid=7, si_uid=1000}"},
		{siginfo64(10, 999, 0), "{si_signo=SIGUSR1, si_code=SI_USER, si_errno=999, si_pid=0, si_uid=0}"},
		{siginfo64(34, 0, -1, pid7, 0x1b1a1918), "{si_signo=SIGRT_2, si_code=SI_QUEUE, si_pid=7, si_uid=1000, si_int=454695192, si_ptr=0x1b1a1918}"},
		{siginfo64(34, 0, -1, pid7), "{si_signo=SIGRT_2, si_code=SI_QUEUE, si_pid=7, si_uid=1000}"},
		{siginfo64(14, 0, -2, 5<<32|0x13), "{si_signo=SIGALRM, si_code=SI_TIMER, si_timerid=0x13, si_overrun=5, si_int=0, si_ptr=NULL}"},
		{siginfo64(14, 0, 0x80), "{si_signo=SIGALRM, si_code=SI_KERNEL}"},
		{siginfo64(10, 0, -77, pid7), "{si_signo=SIGUSR1, si_code=0xffffffb3, si_pid=7, si_uid=1000}"},
		{siginfo64(10, 0, 77), "{si_signo=SIGUSR1, si_code=0x4d}"},
		{siginfo64(4, 0, 9, 0x10), "{si_signo=SIGILL, si_code=ILL_BADIADDR, si_addr=0x10}"},
		{siginfo64(8, 0, 1, 0x10), "{si_signo=SIGFPE, si_code=FPE_INTDIV, si_addr=0x10}"},
		{siginfo64(5, 0, 2, 0x10), "{si_signo=SIGTRAP, si_code=TRAP_TRACE, si_addr=0x10}"},
		{siginfo64(11, 0, 1), "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL}"},
		{siginfo64(11, 0, 3, 0x10, 0, 0x20, 0x30), "{si_signo=SIGSEGV, si_code=SEGV_BNDERR, si_addr=0x10, si_lower=0x20, si_upper=0x30}"},
		{siginfo64(11, 0, 4, 0x10, 0, 0x20), "{si_signo=SIGSEGV, si_code=SEGV_PKUERR, si_addr=0x10, si_pkey=32}"},
		{siginfo64(11, 0, 0x80), "{si_signo=SIGSEGV, si_code=SI_KERNEL, si_addr=NULL}"},
		{siginfo64(7, 0, 4, 0x10, 12), "{si_signo=SIGBUS, si_code=BUS_MCEERR_AR, si_addr=0x10, si_addr_lsb=0xc}"},
		{siginfo64(17, 0, 1, pid7, 3), "{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7, si_uid=1000, si_status=3, si_utime=0, si_stime=0}"},
		{siginfo64(17, 0, 2, pid7, 11, 250, 1), "{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=7, si_uid=1000, si_status=SIGSEGV, si_utime=250 /* 2.50 s */, si_stime=1 /* 0.01 s */}"},
		{siginfo64(29, 0, 1, 0x41, 3), "{si_signo=SIGIO, si_code=POLL_IN, si_band=65, si_fd=3}"},
		{siginfo64(29, 0, 7), "{si_signo=SIGIO, si_code=0x7}"},
		{siginfo64(10, 0, -5, 0x41, 3), "{si_signo=SIGUSR1, si_code=SI_SIGIO, si_band=65, si_fd=3}"},
		{siginfo64(31, 0, 1, 0x10, 0xc000003e<<32|39), "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x10, si_syscall=__NR_getpid, si_arch=AUDIT_ARCH_X86_64}"},
		{siginfo64(31, 0, 1, 0, 0x40000003<<32|39), "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=NULL, si_syscall=39 /* mkdir */, si_arch=AUDIT_ARCH_I386}"},
		{siginfo64(31, 0, 2, 0, 0xc00000b7<<32|39), "{si_signo=SIGSYS, si_code=SYS_USER_DISPATCH, si_call_addr=NULL, si_syscall=39, si_arch=AUDIT_ARCH_AARCH64}"},
		{siginfo64(31, 0, 2, 0, 9999), "{si_signo=SIGSYS, si_code=SYS_USER_DISPATCH, si_call_addr=NULL, si_syscall=9999, si_arch=0 /* AUDIT_ARCH_??? */}"},
	} {
		var arena value.Arena
		var style strace.Style
		got := string(style.AppendValue(nil, decode.Siginfo(&arena, tt.info, abi.AMD64)))
		if got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

func TestSiginfoOfNothing(t *testing.T) {
	var arena value.Arena
	if v := decode.Siginfo(&arena, make([]byte, 127), abi.AMD64); v != nil {
		t.Errorf("a short siginfo is %v", v)
	}
}

// A core has the layout of the ABI that its threads have.
func TestSiginfoOf(t *testing.T) {
	narrow := make([]byte, 128)
	for i, word := range []uint32{11, 0, 1, 0x10} {
		binary.LittleEndian.PutUint32(narrow[4*i:], word)
	}
	const want = "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x10}"
	for a, info := range map[*abi.ABI][]byte{abi.AMD64: siginfo64(11, 0, 1, 0x10), abi.ARM64: siginfo64(11, 0, 1, 0x10), abi.I386: narrow, abi.X32: narrow} {
		var arena value.Arena
		var style strace.Style
		if got := string(style.AppendValue(nil, decode.SiginfoOf(&arena, info, a))); got != want {
			t.Errorf("%s: got %s\nwant %s", a, got, want)
		}
		if v := decode.SiginfoOf(&arena, info[:127], a); v != nil {
			t.Errorf("%s: a short siginfo is %v", a, v)
		}
	}
}

func FuzzSiginfo(f *testing.F) {
	f.Add(siginfo64(31, 1, 1, 2, 3, 4))
	f.Add(siginfo64(17, 1, 1, 2, 3, 4, 5))
	f.Fuzz(func(t *testing.T, info []byte) {
		var arena value.Arena
		var style strace.Style
		if v := decode.Siginfo(&arena, info, abi.AMD64); v != nil {
			style.AppendValue(nil, v)
		}
	})
}
