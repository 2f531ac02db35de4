package syscalls

import (
	"cmp"
	"slices"
	"sync"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// UringEntrySize is the size of struct io_uring_sqe, of which wide ones have twice as much.
const UringEntrySize = 64

// Where the parts of struct io_uring_sqe lie that operations use in ways of their own.
const (
	sqeFD      = 4
	sqeOff     = 8
	sqeAddr    = 16
	sqeOptname = 20
	sqeLen     = 24
	sqeFlags   = 28
	sqeBuffer  = 40
	sqeIndex   = 44
	sqeAddr3   = 48
	sqeMask    = 56
)

// An operand is a part of an entry as one operation uses it.
type operand struct {
	at    int
	field Param
}

func at(place int, name string, t Type) operand {
	return operand{place, Param{Name: name, Type: t}}
}

// spare is an operand that is left out while it is zero.
func spare(place int, name string, t Type) operand {
	return operand{place, Param{Name: name, Type: t, Spare: true}}
}

// wide is a pointer of eight bytes, which entries have under every ABI.
func wide(t Type) Pointer { return Pointer{Elem: t, Full: true} }

// UringEntry is struct io_uring_sqe with the fields of an operation.
func UringEntry(op uint64) *Record {
	if r, ok := uringEntries()[op]; ok {
		return r
	}
	return uringUnknown()
}

// UringSocketEntry is the entry of a command of a socket; false for those that sockets do not
// have.
func UringSocketEntry(command uint64) (*Record, bool) {
	r, ok := uringSocketEntries()[command]
	return r, ok
}

var (
	uringEntries       = entriesOf(uringOperations)
	uringSocketEntries = entriesOf(uringSocketCommands)
	uringUnknown       = sync.OnceValue(func() *Record { return uringEntryOf(uringAnything) })
)

func entriesOf(operands func() map[uint64][]operand) func() map[uint64]*Record {
	return sync.OnceValue(func() map[uint64]*Record {
		all := map[uint64]*Record{}
		for op, list := range operands() {
			all[op] = uringEntryOf(list)
		}
		return all
	})
}

// uringEntryOf makes the structure of which an operation uses the operands. They are shown in
// their order, between what every entry has.
func uringEntryOf(operands []operand) *Record {
	all := []operand{at(0, "opcode", enumOf(1, uapi.UringOps)), spare(1, "sqe_flags", flagsOf(1, uapi.UringEntryFlags))}
	all = append(all, operands...)
	if !slices.ContainsFunc(operands, func(o operand) bool { return o.at == sqeBuffer }) {
		all = append(all, at(sqeBuffer, "buf_group", with(u16, "sqe_flags", selectsBuffer)))
	}
	all = append(all, spare(42, "personality", u16), at(32, "user_data", x64))
	r := &Record{Name: "io_uring_sqe"}
	for _, o := range all {
		r.Order = append(r.Order, o.field.Name)
	}
	slices.SortFunc(all, func(a, b operand) int { return cmp.Compare(a.at, b.at) })
	end := 0
	for _, o := range all {
		r.Fields = append(r.Fields, gap(Buf{Count: o.at - end}), o.field)
		end = o.at + o.field.Type.Size(abi.AMD64)
	}
	r.Fields = append(r.Fields, gap(Buf{Count: UringEntrySize - end}))
	return r
}

// Bits of an entry's flags and of those of operations.
const (
	fixedFile     = 1 << 0 // IOSQE_FIXED_FILE: the descriptor is the index of one that is registered
	selectsBuffer = 1 << 5 // IOSQE_BUFFER_SELECT
	injectsResult = 1 << 0 // IORING_NOP_INJECT_RESULT
	nopFile       = 1 << 1 // IORING_NOP_FILE
	nopBuffer     = 1 << 3 // IORING_NOP_FIXED_BUFFER
	fixedBuffer   = 1 << 2 // IORING_RECVSEND_FIXED_BUF
	vectorized    = 1 << 5 // IORING_SEND_VECTORIZED
	immediate     = 1 << 7 // IORING_TIMEOUT_IMMEDIATE_ARG
	updatesLink   = 1 << 4 // IORING_LINK_TIMEOUT_UPDATE
	updatesTime   = 1 << 1 // IORING_TIMEOUT_UPDATE
	byFD          = 1 << 1 // IORING_ASYNC_CANCEL_FD
	byOp          = 1 << 5 // IORING_ASYNC_CANCEL_OP
	passesFlags   = 1 << 1 // IORING_MSG_RING_FLAGS_PASS
	messageFD     = 1      // IORING_MSG_SEND_FD
)

// Operands that several operations share.
var (
	sqeFile     = customOf(4, "uringFile", "sqe_flags")
	onFile      = at(sqeFD, "fd", sqeFile)
	onDir       = at(sqeFD, "dfd", dirfd)
	atOffset    = at(sqeOff, "offset", off64)
	named64     = at(sqeAddr, "pathname", path64)
	path64      = wide(Str{Path: true})
	slot        = Bits{Width: 4, Form: value.Unsigned, Set: uapi.UringFileIndex}
	intoSlot    = spare(sqeIndex, "file_index", slot) // one more than the index; zero: a descriptor
	bufferIndex = at(sqeBuffer, "buf_index", u16)
	priority    = spare(2, "ioprio", Bits{Width: 2, Form: value.Hex})
	moved       = at(sqeFlags, "rw_flags", flags(uapi.ReadWriteFlags))
	stream      = spare(sqeIndex, "write_stream", u8)
	attributes  = []operand{spare(sqeMask, "attr_type_mask", flagsOf(8, uapi.UringAttributes)), spare(sqeAddr3, "attr_ptr", addr64)}

	addressLen  = at(sqeOff, "addrlen", num)
	address64   = at(sqeAddr, "addr", wide(Custom{Name: "sockaddr", Args: []string{"addrlen"}}))
	transferHow = at(sqeFlags, "flags", messageFlags)
	sendHow     = spare(2, "ioprio", flagsOf(2, uapi.UringSendFlags))
	header64    = at(sqeAddr, "msg", wide(Custom{Name: "msghdr", Args: []string{"fd"}}))
	// Bytes that go through a registered file are no descriptor's.
	sent = Switch{On: "sqe_flags", Mask: fixedFile, Cases: map[uint64]Type{fixedFile: bytes("len")}, Else: Custom{Name: "message", Args: []string{"fd", "len"}}}

	timing    = wide(timespec64)
	timeFlags = at(sqeFlags, "flags", flags(uapi.UringTimeoutFlags))
	nanosOr   = func(t Type) Type {
		return Switch{On: "flags", Mask: immediate, Cases: map[uint64]Type{immediate: u64}, Else: t}
	}
	statxed    = []operand{onDir, named64, at(sqeFlags, "flags", customOf(4, "statxFlags")), at(sqeLen, "mask", flags(uapi.StatxMask)), at(sqeOff, "statxbuf", addr64)}
	futexed    = []operand{at(sqeAddr, "uaddr", addr64), at(sqeOff, "val", u64), at(sqeAddr3, "mask", flagsOf(8, uapi.FutexBitset)), at(sqeFD, "futex_flags", futex2Flags), spare(sqeFlags, "flags", x32)}
	receivable = record("msghdr", fields{
		{Name: "msg_name", Type: addr}, {Name: "msg_namelen", Type: num}, {Name: "msg_iov", Type: in(array(remoteIov, "msg_iovlen"))}, {Name: "msg_iovlen", Type: size},
		{Name: "msg_control", Type: addr}, {Name: "msg_controllen", Type: size}, {Name: "msg_flags", Type: messageFlags},
	})

	command   = []operand{onFile, at(sqeOff, "cmd_op", x32), at(sqeFlags, "uring_cmd_flags", flags(uapi.UringCommandFlags)), spare(sqeAddr, "addr", addr64), spare(sqeLen, "len", u32), spare(sqeBuffer, "buf_index", u16), spare(sqeIndex, "file_index", u32)}
	nothing64 = []operand{at(sqeFlags, "nop_flags", flags(uapi.UringNopFlags)), at(sqeFD, "fd", with(num, "nop_flags", nopFile)), at(sqeLen, "result", with(num, "nop_flags", injectsResult)), at(sqeBuffer, "buf_index", with(u16, "nop_flags", nopBuffer))}
)

// transfer moves bytes through a file, with what stands for them in memory and how many of it
// there are.
func transfer(buf operand, n string, more ...operand) []operand {
	return append(append([]operand{priority, onFile, buf, at(sqeLen, n, u32), atOffset, moved}, more...), attributes...)
}

func buffer64(t Type) operand { return at(sqeAddr, "buf", t) }

func vectors(elem Type) operand { return at(sqeAddr, "iovecs", wide(array(elem, "nr_vecs"))) }

// conversation goes through a socket.
func conversation(more ...operand) []operand { return append([]operand{sendHow, onFile}, more...) }

func sending(more ...operand) []operand {
	buf := Switch{On: "ioprio", Mask: vectorized, Cases: map[uint64]Type{vectorized: wide(array(iovec, "len"))}, Else: wide(sent)}
	return conversation(append([]operand{buffer64(buf), at(sqeLen, "len", u32), transferHow,
		spare(sqeOff, "dest_addr", wide(Custom{Name: "sockaddr", Args: []string{"addr_len"}})), spare(sqeIndex, "addr_len", u16)}, more...)...)
}

// ofBuffer is the registered buffer of a transfer through a socket, if it says that it has one.
var ofBuffer = at(sqeBuffer, "buf_index", with(u16, "ioprio", fixedBuffer))

// valued is an operation on an extended attribute.
func valued(v Type, more ...operand) []operand {
	return append([]operand{at(sqeAddr, "name", wide(Str{})), at(sqeOff, "value", v), at(sqeLen, "size", u32), at(sqeFlags, "flags", xattrFlags)}, more...)
}

// uringAnything is what an operation that nobody knows may use.
var uringAnything = []operand{
	priority, at(sqeFD, "fd", num), at(sqeOff, "off", x64), at(sqeAddr, "addr", x64), at(sqeLen, "len", u32), at(sqeFlags, "op_flags", x32),
	spare(sqeBuffer, "buf_index", u16), spare(sqeIndex, "file_index", u32), spare(sqeAddr3, "addr3", x64), spare(sqeMask, "pad2", x64),
}
