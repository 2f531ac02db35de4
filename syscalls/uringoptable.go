package syscalls

import (
	"maps"

	"github.com/trapline/trapline/uapi"
)

// uringOperations are the operations of io_uring with their operands. What the kernel fills is
// an address.
func uringOperations() map[uint64][]operand {
	all := uringTransfers()
	for _, some := range []map[uint64][]operand{uringNames(), uringSockets(), uringWaits(), uringOthers()} {
		maps.Copy(all, some)
	}
	return all
}

// uringTransfers are operations on the contents of files.
func uringTransfers() map[uint64][]operand {
	xattrIn, piped := wide(Custom{Name: "xattrValue", Args: []string{"size"}}), at(sqeFlags, "splice_flags", flags(uapi.UringSpliceFlags))
	from := at(sqeIndex, "fd_in", Switch{On: "splice_flags", Mask: 1 << 31, Cases: map[uint64]Type{1 << 31: num}, Else: fd})
	return map[uint64][]operand{
		1:  transfer(vectors(remoteIov), "nr_vecs"),                                                                                        // READV
		2:  transfer(vectors(iovec), "nr_vecs", stream),                                                                                    // WRITEV
		3:  {onFile, at(sqeOff, "offset", u64), at(sqeLen, "len", u32), at(sqeFlags, "flags", flags(uapi.UringFsyncFlags))},                // FSYNC
		4:  transfer(buffer64(addr64), "len", bufferIndex),                                                                                 // READ_FIXED
		5:  transfer(buffer64(wide(bytes("len"))), "len", stream, bufferIndex),                                                             // WRITE_FIXED
		8:  {onFile, at(sqeOff, "offset", u64), at(sqeLen, "len", u32), at(sqeFlags, "flags", flags(uapi.SyncRange))},                      // SYNC_FILE_RANGE
		17: {onFile, at(sqeLen, "mode", flags(uapi.Falloc)), atOffset, at(sqeAddr, "len", off64)},                                          // FALLOCATE
		22: transfer(buffer64(addr64), "len"),                                                                                              // READ
		23: transfer(buffer64(wide(bytes("len"))), "len", stream),                                                                          // WRITE
		24: {onFile, atOffset, at(sqeLen, "len", u32), spare(sqeAddr, "len64", u64), at(sqeFlags, "advice", enum(uapi.FileAdvice))},        // FADVISE
		30: {from, at(sqeAddr, "off_in", s64), at(sqeFD, "fd_out", sqeFile), at(sqeOff, "off_out", s64), at(sqeLen, "nbytes", u32), piped}, // SPLICE
		33: {from, at(sqeFD, "fd_out", sqeFile), at(sqeLen, "nbytes", u32), piped},                                                         // TEE
		41: append([]operand{onFile}, valued(xattrIn)...),                                                                                  // FSETXATTR
		42: append([]operand{at(sqeAddr3, "path", path64)}, valued(xattrIn)...),                                                            // SETXATTR
		43: append([]operand{onFile}, valued(addr64)...),                                                                                   // FGETXATTR
		44: append([]operand{at(sqeAddr3, "path", path64)}, valued(addr64)...),                                                             // GETXATTR
		49: transfer(buffer64(addr64), "len"),                                                                                              // READ_MULTISHOT
		55: {onFile, at(sqeOff, "length", u64)},                                                                                            // FTRUNCATE
		60: transfer(vectors(remoteIov), "nr_vecs", bufferIndex),                                                                           // READV_FIXED
		61: transfer(vectors(iovec), "nr_vecs", stream, bufferIndex),                                                                       // WRITEV_FIXED
		62: {at(sqeAddr, "fds", addr64), at(sqeFlags, "flags", flags(uapi.OpenFlags)), intoSlot},                                           // PIPE
	}
}

// uringNames are operations on names and descriptors.
func uringNames() map[uint64][]operand {
	older, newer := []operand{at(sqeFD, "olddfd", dirfd), at(sqeAddr, "oldpath", path64)}, []operand{at(sqeLen, "newdfd", dirfd), at(sqeOff, "newpath", path64)}
	both := func(f operand) []operand { return append(append(older[:2:2], newer...), f) }
	return map[uint64][]operand{
		18: {onDir, named64, at(sqeFlags, "flags", openFlags), at(sqeLen, "mode", with(mode, "flags", creates)), intoSlot},                // OPENAT
		19: {at(sqeFD, "fd", fd), intoSlot},                                                                                               // CLOSE
		20: {at(sqeAddr, "fds", wide(array(fd, "nr_fds"))), at(sqeLen, "nr_fds", u32), at(sqeOff, "offset", slot)},                        // FILES_UPDATE
		21: statxed,                                                                                                                       // STATX
		28: {onDir, named64, at(sqeOff, "how", wide(Custom{Name: "openHow", Args: []string{"size"}})), at(sqeLen, "size", u32), intoSlot}, // OPENAT2
		35: both(at(sqeFlags, "flags", flags(uapi.RenameFlags))),                                                                          // RENAMEAT
		36: {onDir, named64, at(sqeFlags, "flags", atFlags)},                                                                              // UNLINKAT
		37: {onDir, named64, at(sqeLen, "mode", mode)},                                                                                    // MKDIRAT
		38: {at(sqeAddr, "target", path64), at(sqeFD, "newdirfd", dirfd), at(sqeOff, "linkpath", path64)},                                 // SYMLINKAT
		39: both(at(sqeFlags, "flags", atFlags)),                                                                                          // LINKAT
		54: {onFile, at(sqeFlags, "flags", flags(uapi.UringInstallFlags))},                                                                // FIXED_FD_INSTALL
	}
}

// uringSockets are operations on sockets.
func uringSockets() map[uint64][]operand {
	received := []operand{buffer64(addr64), at(sqeLen, "len", u32), transferHow, spare(sqeIndex, "optlen", u32)}
	return map[uint64][]operand{
		9:  conversation(header64, transferHow),                                                                                                                                                      // SENDMSG
		10: conversation(at(sqeAddr, "msg", wide(receivable)), transferHow),                                                                                                                          // RECVMSG
		13: {spare(2, "ioprio", flagsOf(2, uapi.UringAcceptFlags)), onFile, at(sqeAddr, "addr", addr64), at(sqeOff, "addrlen", wide(num)), at(sqeFlags, "flags", flags(uapi.SocketFlags)), intoSlot}, // ACCEPT
		16: {onFile, address64, addressLen},                                                                                                                                                          // CONNECT
		26: sending(),                                                                                                                                                                                // SEND
		27: conversation(received...),                                                                                                                                                                // RECV
		34: {onFile, at(sqeLen, "how", enum(uapi.ShutdownModes))},                                                                                                                                    // SHUTDOWN
		45: {at(sqeFD, "domain", family), at(sqeOff, "type", sockType), at(sqeLen, "protocol", customOf(4, "socketProtocol", "domain")), at(sqeFlags, "flags", x32), intoSlot},                       // SOCKET
		47: sending(ofBuffer),                                                                                                                                                                        // SEND_ZC
		48: conversation(header64, transferHow, ofBuffer),                                                                                                                                            // SENDMSG_ZC
		56: {onFile, address64, addressLen},                                                                                                                                                          // BIND
		57: {onFile, at(sqeLen, "backlog", num)},                                                                                                                                                     // LISTEN
		58: conversation(at(sqeLen, "len", u32), transferHow, at(sqeIndex, "zcrx_ifq_idx", u32)),                                                                                                     // RECV_ZC
	}
}

// uringWaits are operations that wait and those that end waiting.
func uringWaits() map[uint64][]operand {
	polled := at(sqeFlags, "poll_events", flagsOf(4, uapi.PollEvents))
	update := at(sqeOff, "ts", Switch{On: "flags", Mask: updatesTime | updatesLink | immediate, Else: timing, Cases: map[uint64]Type{
		0: hidden(u64), updatesTime | immediate: u64, updatesLink | immediate: u64,
	}})
	return map[uint64][]operand{
		6:  {onFile, polled, at(sqeLen, "flags", flags(uapi.UringPollFlags))},                                                                                                                                                                                              // POLL_ADD
		7:  {at(sqeAddr, "old_user_data", x64), at(sqeLen, "flags", flags(uapi.UringPollFlags)), at(sqeOff, "new_user_data", with(x64, "flags", 4)), at(sqeFlags, "poll_events", with(flagsOf(4, uapi.PollEvents), "flags", 2))},                                           // POLL_REMOVE
		11: {at(sqeAddr, "ts", nanosOr(timing)), at(sqeOff, "count", u64), timeFlags},                                                                                                                                                                                      // TIMEOUT
		12: {at(sqeAddr, "old_user_data", x64), update, timeFlags},                                                                                                                                                                                                         // TIMEOUT_REMOVE
		14: {at(sqeAddr, "old_user_data", x64), at(sqeFD, "fd", with(num, "flags", byFD)), at(sqeLen, "op", with(enum(uapi.UringOps), "flags", byOp)), at(sqeFlags, "flags", flags(uapi.UringCancelFlags))},                                                                // ASYNC_CANCEL
		15: {at(sqeAddr, "ts", nanosOr(timing)), timeFlags},                                                                                                                                                                                                                // LINK_TIMEOUT
		29: {at(sqeFD, "epfd", sqeFile), at(sqeLen, "op", enum(uapi.EpollCommands)), at(sqeOff, "fd", fd), at(sqeAddr, "event", Switch{On: "op", Cases: map[uint64]Type{epollDel: addr64}, Else: wide(epollEvent)})},                                                       // EPOLL_CTL
		50: {at(sqeLen, "idtype", enum(uapi.WaitIDTypes)), at(sqeFD, "id", Switch{On: "idtype", Cases: map[uint64]Type{1: pid, 2: pgid, 3: fd}, Else: num}), at(sqeOff, "infop", addr64), at(sqeIndex, "options", flags(uapi.WaitOptions)), spare(sqeFlags, "flags", x32)}, // WAITID
		51: futexed,                                                                                                                                                                                                                                                        // FUTEX_WAIT
		52: futexed,                                                                                                                                                                                                                                                        // FUTEX_WAKE
		53: {at(sqeAddr, "waiters", wide(Custom{Name: "futexWaiters", Args: []string{"nr_futexes"}})), at(sqeLen, "nr_futexes", u32), spare(sqeFlags, "flags", x32)},                                                                                                       // FUTEX_WAITV
		59: {at(sqeFD, "epfd", sqeFile), at(sqeAddr, "events", addr64), at(sqeLen, "maxevents", num)},                                                                                                                                                                      // EPOLL_WAIT
	}
}

// uringOthers are operations on memory, on the ring and on drivers.
func uringOthers() map[uint64][]operand {
	group := at(sqeBuffer, "buf_group", u16)
	target := Switch{On: "cmd", Cases: map[uint64]Type{messageFD: slot}, Else: with(x32, "flags", passesFlags)}
	return map[uint64][]operand{
		0:  nothing64,                                                                                                                                                                                                                                                         // NOP
		25: {at(sqeAddr, "addr", addr64), at(sqeLen, "len", u32), spare(sqeOff, "len64", u64), at(sqeFlags, "advice", advice)},                                                                                                                                                // MADVISE
		31: {at(sqeAddr, "addr", addr64), at(sqeLen, "len", u32), at(sqeFD, "nr", num), group, at(sqeOff, "bid", u64)},                                                                                                                                                        // PROVIDE_BUFFERS
		32: {at(sqeFD, "nr", num), group},                                                                                                                                                                                                                                     // REMOVE_BUFFERS
		40: {onFile, at(sqeAddr, "cmd", enumOf(8, uapi.UringMessages)), at(sqeLen, "len", u32), at(sqeOff, "data", x64), at(sqeAddr3, "source_fd", when(u64, "cmd", messageFD)), spare(sqeIndex, "file_index", target), at(sqeFlags, "flags", flags(uapi.UringMessageFlags))}, // MSG_RING
		46: command,                                                                                                                                                                                                                                                           // URING_CMD
		63: nothing64,                                                                                                                                                                                                                                                         // NOP128
		64: command,                                                                                                                                                                                                                                                           // URING_CMD128
	}
}

// uringSocketCommands are the commands of IORING_OP_URING_CMD on sockets.
func uringSocketCommands() map[uint64][]operand {
	named := func(more ...operand) []operand {
		return append([]operand{onFile, at(sqeOff, "cmd_op", enum(uapi.UringSocketOps)), at(sqeFlags, "uring_cmd_flags", flags(uapi.UringCommandFlags))}, more...)
	}
	option := func(name string, v Type) []operand {
		return named(at(sqeAddr, "level", enum(uapi.SocketLevels)), at(sqeOptname, "optname", customOf(4, name, "level")), at(sqeAddr3, "optval", v), at(sqeIndex, "optlen", num))
	}
	return map[uint64][]operand{
		0: named(),                                                                                                 // SIOCINQ
		1: named(),                                                                                                 // SIOCOUTQ
		2: option("getOption", addr64),                                                                             // GETSOCKOPT
		3: option("setOption", wide(Custom{Name: "setOptionValue", Args: []string{"level", "optname", "optlen"}})), // SETSOCKOPT
		4: named(),                                                                                                 // TX_TIMESTAMP
		5: named(at(sqeAddr, "addr", addr64), at(sqeAddr3, "addrlen", wide(num)), at(sqeIndex, "peer", num)),       // GETSOCKNAME
	}
}
