package filter

import (
	"strings"
	"testing"
	"time"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/mem"
	"github.com/trapline/trapline/syscalls"
)

// memory is what the calls of the tests point to.
var memory mem.Reader = mem.Snapshot{
	{Addr: 0x1000, Data: append([]byte("/etc/hosts"), make([]byte, 1000)...)},
	{Addr: 0x2000, Data: []byte("GET / HTTP/1.1\r\n")},
	{Addr: 0x3000, Data: []byte("\x02\x00\x01\xbb\x0a\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x00")}, // 10.0.0.7:443
	{Addr: 0x3100, Data: []byte("\x01\x00/run/x.sock\x00")},
	{Addr: 0x3200, Data: []byte("\x01\x00\x00name")},
	{Addr: 0x4000, Data: []byte("\x00\x30\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x41\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")}, // struct msghdr
	{Addr: 0x4100, Data: []byte("\x00\x20\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x05\x20\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00")}, // struct iovec
	{Addr: 0x5000, Data: []byte("\x00\x50\x00\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")},                                 // argv
	{Addr: 0x6000, Data: []byte("\x00\x01\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00")},                                                                 // struct rlimit
	{Addr: 0x7000, Data: []byte("\x03\x00\x00\x00\x00\x30\x00\x00\x10\x00\x00\x00")},                                                                                 // i386: the words of connect
	{Addr: 0x8000, Data: []byte("\x41\x00\x08\x00\x00\x00\x00\x00\xa4\x01\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00")},                                 // struct open_how
	{Addr: 0x6010, Data: []byte("\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")},
	{Addr: 0xa000, Data: []byte("\x02\x02\x00\x00\x00\x00\x00\x00")},                                                                                                                                               // sigset_t
	{Addr: 0x9000, Data: append(make([]byte, 24), "\xa4\x81\x00\x00\xe8\x03\x00\x00\xe8\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x39\x30\x00\x00\x00\x00\x00\x00"+string(make([]byte, 88))...)}, // struct stat
}

// a call is one that a test looks at.
type call struct {
	abi  *abi.ABI
	name string
	args [6]uint64
	ret  int64
}

var calls = map[string]call{
	"open":      {abi.AMD64, "openat", [6]uint64{0xffffff9c, 0x1000, 0x80241, 0o644}, 5},
	"denied":    {abi.AMD64, "openat", [6]uint64{0xffffff9c, 0x1000, 0x80000}, -13},
	"bad":       {abi.AMD64, "openat", [6]uint64{3, 0x666, 2}, -14},
	"write":     {abi.AMD64, "write", [6]uint64{1, 0x2000, 16}, 16},
	"read":      {abi.AMD64, "read", [6]uint64{0, 0x2000, 4096}, 3},
	"connect":   {abi.AMD64, "connect", [6]uint64{3, 0x3000, 16}, 0},
	"unix":      {abi.AMD64, "connect", [6]uint64{3, 0x3100, 14}, 0},
	"abstract":  {abi.AMD64, "connect", [6]uint64{3, 0x3200, 7}, 0},
	"short":     {abi.AMD64, "connect", [6]uint64{3, 0x3000, 3}, -22},
	"sendmsg":   {abi.AMD64, "sendmsg", [6]uint64{3, 0x4000, 0}, 5},
	"recvmsg":   {abi.AMD64, "recvmsg", [6]uint64{3, 0x4000, 0}, 2},
	"readv":     {abi.AMD64, "readv", [6]uint64{3, 0x4100, 2}, 8},
	"ioctl":     {abi.AMD64, "ioctl", [6]uint64{0, 0x5401, 0x9000}, 0},
	"execve":    {abi.AMD64, "execve", [6]uint64{0x1000, 0x5000, 0}, 0},
	"rlimit":    {abi.AMD64, "setrlimit", [6]uint64{7, 0x6000}, 0},
	"mux":       {abi.I386, "socketcall", [6]uint64{3, 0x7000}, 0},
	"openat2":   {abi.AMD64, "openat2", [6]uint64{0xffffff9c, 0x1000, 0x8000, 24}, 4},
	"fstat":     {abi.AMD64, "fstat", [6]uint64{3, 0x9000}, 0},
	"pwrite32":  {abi.I386, "pwrite64", [6]uint64{1, 0x2000, 3, 5, 1}, 3},
	"mmap":      {abi.AMD64, "mmap", [6]uint64{0, 4096, 3, 0x22, 0xffffffff, 0}, 0x7f0000000000},
	"kill":      {abi.AMD64, "kill", [6]uint64{0xffffffff, 15}, 0},
	"sigmask":   {abi.AMD64, "rt_sigprocmask", [6]uint64{0, 0xa000, 0, 8}, 0},
	"utimensat": {abi.AMD64, "utimensat", [6]uint64{0xffffff9c, 0x1000, 0x6000, 0}, 0},
	"chown":     {abi.AMD64, "chown", [6]uint64{0x1000, 0xffffffff, 5}, 0},
}

// begin sets a scene with a call at its entry.
func (c call) begin(t testing.TB, s *Scene) {
	nr, _, ok := syscalls.For(c.abi).Named(c.name)
	if !ok {
		t.Fatalf("%s has no %s", c.abi, c.name)
	}
	s.TID, s.PID, s.Lookup = 11, 10, lookup{}
	s.Begin(abi.Call{ABI: c.abi, NR: nr, Args: c.args}, memory)
}

func (c call) end(s *Scene) {
	s.End(abi.Result{Value: uint64(c.ret), Failed: c.ret < 0 && c.ret > -4096}, 20*time.Millisecond, memory)
}

// lookup knows the files of a few descriptors.
type lookup struct{}

func (lookup) AppendFD(buf []byte, tid int, fd int32) ([]byte, error) {
	switch fd {
	case 1:
		return append(buf, "/dev/tty"...), nil
	case 5:
		return append(buf, "/etc/hosts"...), nil
	case atCWD:
		return append(buf, "/home/user (deleted)"...), nil
	}
	return buf, mem.ErrUnmapped
}

func (lookup) AppendComm(buf []byte, tid int) ([]byte, error) { return append(buf, "cat"...), nil }

func TestHolds(t *testing.T) {
	for _, tt := range []struct {
		call, expr string
		want       truth
	}{
		{"open", `openat where pathname == "/etc/hosts"`, yes},
		{"open", `openat where pathname ~ "/etc/**" and flags has O_WRONLY`, yes},
		{"open", `openat where flags has O_RDONLY`, no},
		{"denied", `openat where flags has O_RDONLY`, yes},
		{"denied", `openat where flags has O_WRONLY`, no},
		{"open", `openat where flags has O_CREAT|O_WRONLY|O_CLOEXEC`, yes},
		{"open", `openat where flags has O_CREAT|O_RDWR`, no},
		{"open", `openat where flags & O_ACCMODE == O_WRONLY`, yes},
		{"open", `openat where O_WRONLY == flags & O_ACCMODE`, yes},
		{"open", `openat where flags == O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC`, yes},
		{"open", `openat where mode == 0644`, yes},
		{"denied", `openat where mode == 0644`, nobody},
		{"open", `openat where dirfd == AT_FDCWD`, yes},
		{"open", `openat where dirfd == -100`, yes},
		{"open", `openat where dirfd == 0xffffff9c`, yes},
		{"open", `openat where dirfd.path == "/home/user"`, yes},
		{"open", `ret.path ~ "/etc/*"`, yes},
		{"denied", `ret.path ~ "/etc/*"`, nobody},
		{"open", `ret == 5`, yes},
		{"denied", `ret < 0 and errno in (EACCES, EPERM)`, yes},
		{"denied", `ret == -1`, yes},
		{"open", `errno == 0`, yes},
		{"denied", `errno == EPERM or errno == EACCES`, yes},
		{"bad", `openat where pathname ~ "/etc/*"`, nobody},
		{"bad", `openat where pathname !~ "/etc/*"`, nobody},
		{"bad", `openat where not pathname ~ "/etc/*"`, nobody},
		{"bad", `openat where pathname ~ "/etc/*" or flags has O_RDWR`, yes},
		{"bad", `openat where &pathname == 0x666`, yes},
		{"bad", `openat where pathname == "x" or dirfd == 4`, nobody},
		{"write", `write where buf contains "HTTP"`, yes},
		{"write", `write where buf ~ /^GET /`, yes},
		{"write", `write where buf[0] == 'G' and buf[0:3] == "GET" and buf[14:] == "\r\n"`, yes},
		{"write", `write where len(buf) == 16 and count == 16`, yes},
		{"write", `write where param.count > 15`, yes},
		{"write", `write where call.count == 1`, yes},
		{"write", `fd.path == "/dev/tty"`, yes},
		{"write", `reverse(buf[0:3]) == "TEG" and lower(buf[0:3]) == "get" and upper("a1") == "A1"`, yes},
		{"write", `replace(buf[0:5], "/", "::") == "GET ::"`, yes},
		{"write", `buf[0:3] + "!" == "GET!"`, yes},
		{"write", `fd in (0, 1, 2)`, yes},
		{"write", `fd not in (0, 1, 2)`, no},
		{"write", `name == "write" and nr == 1 and abi == "amd64" and tid == 11 and pid == 10 and comm == "cat"`, yes},
		{"write", `elapsed > 10ms`, yes},
		{"write", `elapsed >= 1s`, no},
		{"read", `read where buf == "GET"`, yes},
		{"connect", `connect where addr.port == 443`, yes},
		{"connect", `connect where addr.sin_port == 443 and addr.addr == "10.0.0.7" and addr.family == AF_INET`, yes},
		{"connect", `connect where addr.addr ~ "10.*"`, yes},
		{"connect", `connect where addr.path ~ "*"`, nobody},
		{"unix", `connect where addr.path == "/run/x.sock"`, yes},
		{"unix", `connect where addr.port == 443`, nobody},
		{"abstract", `connect where addr.path == "@name"`, yes},
		{"short", `connect where addr.port == 443`, nobody},
		{"mux", `socketcall where addr.port == 443`, yes},
		{"mux", `socketcall where sockfd == 3`, yes},
		{"mux", `connect where addr.port == 443 and name == "connect"`, yes},
		{"sendmsg", `sendmsg where msg.iov[0].base == "GET /"`, yes},
		{"sendmsg", `sendmsg where msg.msg_name.port == 443`, yes},
		{"sendmsg", `sendmsg where msg.iov[1].len == 5`, nobody},
		{"readv", `readv where iov[0].base == "GET /" and iov[1].base == " HT"`, yes},
		{"recvmsg", `recvmsg where msg.iov[0].base == "GE"`, yes},
		{"execve", `execve where argv[1] == "/etc/hosts"`, yes},
		{"execve", `execve where argv[2] == "/etc/hosts"`, nobody},
		{"rlimit", `setrlimit where resource == RLIMIT_NOFILE and rlim.cur == 256 and rlim.rlim_max == 7`, yes},
		{"openat2", `openat2 where how.flags has O_WRONLY|O_CREAT and how.mode == 0644`, yes},
		{"fstat", `fstat where statbuf.size == 12345 and statbuf.mode has S_IFREG and statbuf.mode & 0777 == 0644`, yes},
		{"fstat", `fstat where statbuf.mode & S_IFMT == S_IFDIR`, no},
		{"pwrite32", `pwrite64 where offset == 0x100000005`, yes},
		{"mmap", `mmap where prot has PROT_READ|PROT_WRITE and flags has MAP_PRIVATE|MAP_ANONYMOUS and fd == -1`, yes},
		{"mmap", `mmap where flags has MAP_SHARED`, no},
		{"mmap", `mmap where prot has PROT_NONE`, no},
		{"ioctl", `ioctl where op == TCGETS and fd == 0`, yes},
		{"ioctl", `ioctl where op in (TCSETS, FIONREAD)`, no},
		{"kill", `kill where pid == -1 and signum == 15`, yes},
		{"sigmask", `rt_sigprocmask where set has SIGINT|SIGUSR1 and how == SIG_BLOCK`, yes},
		{"sigmask", `rt_sigprocmask where set has SIGTERM`, no},
		{"utimensat", `utimensat where times[1].sec == 256`, yes},
		{"chown", `chown where owner == -1 and group < 6`, yes},
		{"chown", `chown where owner > 5`, yes},
		{"write", `fd == 0x1 and fd == 01 and fd == 0b1 and fd == 1u and 1 == fd and fd + 1 == 2 and fd << 4 == 16 and ~fd == -2`, yes},
	} {
		set, e, err := ParseWhere(tt.expr)
		if err != nil {
			t.Errorf("%s", err)
			continue
		}
		c := calls[tt.call]
		var s Scene
		c.begin(t, &s)
		if !set.Has(s.Call.ABI, s.Call.NR) {
			t.Errorf("%s leaves %s out", tt.expr, tt.call)
		}
		memo, could := e.Enter(&s)
		if !could && tt.want == yes {
			t.Errorf("%s: %s cannot hold at the entry", tt.call, tt.expr)
		}
		c.end(&s)
		if got := e.Leave(&s, memo); got != (tt.want == yes) {
			t.Errorf("%s: %s: %v", tt.call, tt.expr, got)
		}
		contrary, err := ParseExpr("not ("+tt.expr[wherePart(tt.expr):]+")", set, AnyMoment)
		if err != nil || counted(contrary.cond) != nil {
			continue
		}
		if got := contrary.Holds(&s); got != (tt.want == no) {
			t.Errorf("%s: not %s: %v", tt.call, tt.expr, got)
		}
	}
}

// wherePart is where the expression of a rule begins.
func wherePart(rule string) int {
	if i := strings.Index(rule, " where "); i >= 0 {
		return i + len(" where ")
	}
	return 0
}

// A condition on the calls that another one stands for is asked of those only.
func TestWhereOfParts(t *testing.T) {
	for rule, want := range map[string]Verdict{
		`connect where addr.port == 443`: Yes, `bind where addr.port == 443`: No, `bind,connect where addr.port == 443`: Yes, `!connect where sockfd == 3`: No,
	} {
		var w Where
		if err := w.Add(rule); err != nil {
			t.Fatal(err)
		}
		var l Look
		c := calls["mux"]
		if got := w.Enter(&l, abi.Call{ABI: c.abi, NR: numberOf(t, c.abi, c.name), Args: c.args}, memory); got != want {
			t.Errorf("%s: %v", rule, got)
		}
	}
}
