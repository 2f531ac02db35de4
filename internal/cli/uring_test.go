package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/internal/fixture"
)

// submitted is what the fixture leaves in its rings, behind the calls that hand it over.
const submitted = `io_uring_enter(3, 3, 3, IORING_ENTER_GETEVENTS, NULL, 0) = 3
 + entry 0: {opcode=IORING_OP_OPENAT, dfd=AT_FDCWD, pathname="/nonexistent/file", flags=O_RDONLY|O_CLOEXEC, user_data=0x1}
 + entry 1: {opcode=IORING_OP_WRITE, fd=1, buf="through a ring\n", len=15, offset=-1, rw_flags=0, user_data=0x2}
 + entry 2: {opcode=IORING_OP_SOCKET, domain=AF_UNIX, type=SOCK_STREAM, protocol=0, flags=0, user_data=0x3}
io_uring_enter(5, 3, 0, IORING_ENTER_GETEVENTS, NULL, 0) = 3
 + entry 0: {opcode=IORING_OP_RENAMEAT, olddfd=AT_FDCWD, oldpath="/nonexistent/a", newdfd=AT_FDCWD, newpath="/nonexistent/b", flags=0, user_data=0x1}
 + entry 1: {opcode=IORING_OP_TIMEOUT, ts={tv_sec=1, tv_nsec=0}, count=0, flags=0, user_data=0x2}
 + entry 2: {opcode=IORING_OP_NOP, nop_flags=0, user_data=0x3}
io_uring_enter(3, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) = 1
 + entry 0: {opcode=IORING_OP_CLOSE, fd=99, user_data=0x4}
io_uring_enter(5, 1, 0, IORING_ENTER_GETEVENTS, NULL, 0) = 0
`

// Work that bypasses every other call is shown, under the ABI of a word of either size, and
// only if that is asked for.
func TestEntries(t *testing.T) {
	for _, flags := range [][]fixture.Flag{nil, {fixture.M32}} {
		plain, asked := newRendering(t, "-qq", "-e", "trace=io_uring_enter"), newRendering(t, "-qq", "-e", "trace=io_uring_enter", "--decode-io-uring")
		record(t, decode.Mode{}, []rendering{plain, asked}, fixture.Build(t, "uring", flags...))
		got, bare := withoutPersonality(asked.out.String()), withoutPersonality(plain.out.String())
		if got == "" {
			fixture.LeaveOut(t, "the kernel has no io_uring")
		}
		if diff := cmp.Diff(submitted, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", flags, diff)
		}
		if strings.Contains(bare, "entry") || strings.Count(bare, "\n") != 4 {
			t.Errorf("%v: not asked for entries, but got\n%s", flags, bare)
		}
	}
}

// withoutPersonality takes out what is said about an i386 program.
func withoutPersonality(text string) string {
	_, rest, said := strings.Cut(text, "bit mode. ]\n")
	if said {
		return rest
	}
	return text
}
