package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// uringRest is how io_uring_enter is to wait: a signal set or, by the flags, a structure in memory
// or the place of one that is registered.
func uringRest() *Rest {
	return &Rest{On: "flags", Mask: extArg | extArgReg, Else: params{{Name: "sigset", Type: in(Custom{Name: "uringSigset", Args: []string{"sigsetsize"}})}, {Name: "sigsetsize", Type: size}}, Cases: map[uint64][]Param{
		extArg:    {{Name: "arg", Type: in(Custom{Name: "uringArg"})}, {Name: "argsz", Type: size}},
		extArgReg: {{Name: "arg", Type: ulong}, {Name: "argsz", Type: size}},
	}}
}

const (
	extArg    = 1 << 3 // IORING_ENTER_EXT_ARG
	extArgReg = 1 << 6 // IORING_ENTER_EXT_ARG_REG
)

// uringParams is struct io_uring_params, which the kernel completes.
var uringParams = in(Custom{Name: "uringParams"})

// reserved makes a field of which nobody should see anything.
func reserved(name string, t Type) Param { return Param{Name: name, Type: t, Spare: true} }

// counted makes the argument of an operation that wants a certain count.
func counted(n uint64, t Type) Switch {
	return Switch{On: "nr_args", Cases: map[uint64]Type{n: t}, Else: addr}
}

func one(t Type) Switch  { return counted(1, t) }
func none(t Type) Switch { return counted(0, t) }

var (
	uringBuffer = record("iovec", fields{{Name: "iov_base", Type: addr}, {Name: "iov_len", Type: size}})
	uringProbe  = Custom{Name: "uringProbe", Args: []string{"nr_args"}}
	uringSized  = func(name string) Type { return in(Custom{Name: name, Args: []string{"nr_args"}}) }

	uringUserAddr = record("offsets", fields{{Name: "user_addr", Type: x64}})
)

// uringRestriction is struct io_uring_restriction, whose opcode says what stands behind it.
func uringRestriction() *Record {
	return record("io_uring_restriction", fields{
		{Name: "opcode", Type: customOf(2, "uringRestriction")},
		{Type: Switch{On: "opcode", Else: hidden(u8), Cases: map[uint64]Type{
			0: record("register", fields{{Name: "register_op", Type: enumOf(1, uapi.UringRegister)}}),
			1: record("entry", fields{{Name: "sqe_op", Type: enumOf(1, uapi.UringOps)}}),
			2: record("allowed", fields{{Name: "sqe_flags", Type: flagsOf(1, uapi.UringEntryFlags)}}),
			3: record("required", fields{{Name: "sqe_flags", Type: flagsOf(1, uapi.UringEntryFlags)}}),
		}}},
		reserved("resv", Bits{Width: 1, Form: value.Hex}), reserved("resv2", list(x32, 3)),
	})
}

// uringFD is struct io_uring_rsrc_update with the descriptor of a ring.
func uringFD() *Record {
	return record("io_uring_rsrc_update", fields{{Name: "offset", Type: Bits{Width: 4, Form: value.Unsigned, None: true}}, reserved("resv", x32), {Name: "data", Type: customOf(8, "fd64")}})
}

// uringSlot is struct io_uring_rsrc_update with a place only.
func uringSlot() *Record {
	return record("io_uring_rsrc_update", fields{{Name: "offset", Type: u32}, reserved("resv", x32), reserved("data", x64)})
}

// uringBufRing is struct io_uring_buf_reg.
func uringBufRing() *Record {
	return record("io_uring_buf_reg", fields{{Name: "ring_addr", Type: addr64}, {Name: "ring_entries", Type: u32}, {Name: "bgid", Type: u16}, {Name: "flags", Type: x16}, {Name: "min_left", Type: u32}, reserved("resv", list(x32, 5))})
}

// uringBufHead is struct io_uring_buf_status.
func uringBufHead() *Record {
	return record("io_uring_buf_status", fields{{Name: "buf_group", Type: x32}, {Name: "head", Type: x32}, reserved("resv", list(x32, 8))})
}

// uringCancel is struct io_uring_sync_cancel_reg.
func uringCancel() *Record {
	return record("io_uring_sync_cancel_reg", fields{
		{Name: "addr", Type: addr64}, {Name: "fd", Type: fd}, {Name: "flags", Type: flags(uapi.UringCancelFlags)}, {Name: "timeout", Type: record("__kernel_timespec", fields{{Name: "tv_sec", Type: s64}, {Name: "tv_nsec", Type: s64}})},
		{Name: "opcode", Type: enumOf(1, uapi.UringOps)}, reserved("pad", list(Bits{Width: 1, Form: value.Hex}, 7)), reserved("pad2", list(x64, 3)),
	})
}

// uringRange is struct io_uring_file_index_range.
func uringRange() *Record {
	return record("io_uring_file_index_range", fields{{Name: "off", Type: u32}, {Name: "len", Type: u32}, reserved("resv", x64)})
}

// uringNAPI is struct io_uring_napi.
func uringNAPI() *Record {
	return record("io_uring_napi", fields{
		{Name: "busy_poll_to", Type: x32}, {Name: "prefer_busy_poll", Type: Bits{Width: 1, Form: value.Hex}}, {Name: "opcode", Type: enumOf(1, uapi.UringNAPIOps)},
		reserved("pad", list(Bits{Width: 1, Form: value.Hex}, 2)), {Name: "op_param", Type: Switch{On: "opcode", Cases: map[uint64]Type{0: enum(uapi.UringNAPITracking)}, Else: x32}}, reserved("resv", x32),
	})
}

// uringClock is struct io_uring_clock_register.
func uringClock() *Record {
	return record("io_uring_clock_register", fields{{Name: "clockid", Type: enum(uapi.Clocks)}, reserved("__resv", list(x32, 3))})
}

// uringClone is struct io_uring_clone_buffers.
func uringClone() *Record {
	return record("io_uring_clone_buffers", fields{{Name: "src_fd", Type: fd}, {Name: "flags", Type: flags(uapi.UringCloneFlags)}, {Name: "src_off", Type: u32}, {Name: "dst_off", Type: u32}, {Name: "nr", Type: u32}, reserved("pad", list(x32, 3))})
}

// uringRegion is struct io_uring_mem_region_reg.
func uringRegion() *Record {
	return record("io_uring_mem_region_reg", fields{{Name: "region_uptr", Type: addr64}, {Name: "flags", Type: flagsOf(8, uapi.UringRegionFlags)}, reserved("__resv", list(x64, 2))})
}

// zcrxOffsets is struct io_uring_zcrx_offsets.
func zcrxOffsets() *Record {
	return record("io_uring_zcrx_offsets", fields{{Name: "head", Type: u32}, {Name: "tail", Type: u32}, {Name: "rqes", Type: u32}, reserved("__resv2", x32), reserved("__resv", list(x64, 2))})
}

// zcrxQueue is struct io_uring_zcrx_ifq_reg.
func zcrxQueue() *Record {
	return record("io_uring_zcrx_ifq_reg", fields{
		{Name: "if_idx", Type: u32}, {Name: "if_rxq", Type: u32}, {Name: "rq_entries", Type: u32}, {Name: "flags", Type: flags(uapi.ZCRXFlags)}, {Name: "area_ptr", Type: addr64}, {Name: "region_ptr", Type: addr64},
		{Name: "offsets", Type: zcrxOffsets()}, {Name: "zcrx_id", Type: u32}, {Name: "rx_buf_len", Type: u32}, {Name: "event_desc", Type: addr64}, reserved("__resv", list(x64, 2)),
	})
}

// zcrxControl is struct zcrx_ctrl.
func zcrxControl() *Record {
	return record("zcrx_ctrl", fields{
		{Name: "zcrx_id", Type: u32}, {Name: "op", Type: enum(uapi.ZCRXControls)}, reserved("__resv", list(x64, 2)),
		{Type: Switch{On: "op", Else: hidden(list(x64, 6)), Cases: map[uint64]Type{
			0: record("flush", fields{{Name: "zc_flush", Type: record("zcrx_ctrl_flush_rq", fields{reserved("__resv", list(x64, 6))})}}),
			1: record("export", fields{{Name: "zc_export", Type: record("zcrx_ctrl_export", fields{{Name: "zcrx_fd", Type: fd}, reserved("__resv1", list(x32, 11))}), Out: true}}),
			2: record("arm", fields{{Name: "zc_arm_event", Type: record("zcrx_ctrl_arm_event", fields{{Name: "event_type", Type: enum(uapi.ZCRXEvents)}, reserved("__resv", list(x32, 11))})}}),
		}}},
	})
}

// uringResize is of struct io_uring_params what resizing a ring reads.
func uringResize() *Record {
	return &Record{Name: "io_uring_params", Order: []string{"sq_entries", "cq_entries", "flags", "sq_off", "cq_off", "resv"}, Fields: fields{
		{Name: "sq_entries", Type: u32}, {Name: "cq_entries", Type: u32}, {Name: "flags", Type: flags(uapi.UringSetup)}, {Type: hidden(list(x32, 4))},
		reserved("resv", list(x32, 3)), {Type: hidden(list(x32, 8))}, {Name: "sq_off", Type: uringUserAddr, Spare: true}, {Type: hidden(list(x32, 8))}, {Name: "cq_off", Type: uringUserAddr, Spare: true},
	}}
}

// uringArgs is the argument of io_uring_register by operation; that of others is an address.
func uringArgs() map[uint64]Type {
	return map[uint64]Type{
		0:  in(array(uringBuffer, "nr_args")), // IORING_REGISTER_BUFFERS
		2:  in(array(fd, "nr_args")),          // IORING_REGISTER_FILES
		4:  in(array(fd, "nr_args")),          // IORING_REGISTER_EVENTFD
		6:  uringSized("uringFilesReplaced"),  // IORING_REGISTER_FILES_UPDATE
		7:  in(array(fd, "nr_args")),          // IORING_REGISTER_EVENTFD_ASYNC
		8:  in(uringProbe),
		11: in(array(uringRestriction(), "nr_args")),
		13: uringSized("uringFiles"),                                      // IORING_REGISTER_FILES2
		14: uringSized("uringFilesUpdate"),                                // IORING_REGISTER_FILES_UPDATE2
		15: uringSized("uringBuffers"),                                    // IORING_REGISTER_BUFFERS2
		16: uringSized("uringBuffersUpdate"),                              // IORING_REGISTER_BUFFERS_UPDATE
		17: in(Custom{Name: "cpuset", Args: []string{"nr_args"}}),         // IORING_REGISTER_IOWQ_AFF
		19: custom("uringWorkers", "nr_args"),                             // IORING_REGISTER_IOWQ_MAX_WORKERS
		20: in(array(uringFD(), "nr_args")),                               // IORING_REGISTER_RING_FDS
		21: in(array(uringSlot(), "nr_args")),                             // IORING_UNREGISTER_RING_FDS
		22: one(in(uringBufRing())),                                       // IORING_REGISTER_PBUF_RING
		23: one(in(uringBufRing())),                                       // IORING_UNREGISTER_PBUF_RING
		24: one(in(uringCancel())),                                        // IORING_REGISTER_SYNC_CANCEL
		25: one(in(uringRange())),                                         // IORING_REGISTER_FILE_ALLOC_RANGE
		26: one(out(uringBufHead())),                                      // IORING_REGISTER_PBUF_STATUS
		27: one(inout(Exchange{Before: uringNAPI(), After: uringNAPI()})), // IORING_REGISTER_NAPI
		28: one(out(uringNAPI())),                                         // IORING_UNREGISTER_NAPI
		29: none(in(uringClock())),                                        // IORING_REGISTER_CLOCK
		30: one(in(uringClone())),                                         // IORING_REGISTER_CLONE_BUFFERS
		31: one(in(Custom{Name: "uringEntry"})),                           // IORING_REGISTER_SEND_MSG_RING
		32: one(in(zcrxQueue())),                                          // IORING_REGISTER_ZCRX_IFQ
		33: one(in(uringResize())),                                        // IORING_REGISTER_RESIZE_RINGS
		34: one(in(uringRegion())),                                        // IORING_REGISTER_MEM_REGION
		35: none(in(Custom{Name: "uringQuery"})),                          // IORING_REGISTER_QUERY
		36: one(inout(zcrxControl())),                                     // IORING_REGISTER_ZCRX_CTRL
	}
}

// uringRegistered is IORING_REGISTER_USE_REGISTERED_RING: the descriptor is the index of one.
const uringRegistered = 1 << 31

// uringOperands are the argument of each operation and how many there are.
func uringOperands() map[uint64][]Param {
	all := make(map[uint64][]Param, len(uringArgs()))
	for op, t := range uringArgs() {
		all[op] = uringOperand(t)
	}
	return all
}

func uringOperand(t Type) []Param {
	return []Param{{Name: "arg", Type: t}, {Name: "nr_args", Type: unum}}
}

// uringCalls are the calls of io_uring.
var uringCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "io_uring_setup", Class: Desc, Ret: fd, Params: params{{Name: "entries", Type: unum}, {Name: "params", Type: uringParams}}},
		{Name: "io_uring_enter", Class: Desc | Signal, Ret: num, Submits: true, Params: params{{Name: "fd", Type: fd}, {Name: "to_submit", Type: unum}, {Name: "min_complete", Type: unum}, {Name: "flags", Type: flags(uapi.UringEnter)}, {Type: uringRest()}}},
		{Name: "io_uring_register", Class: Desc | Memory, Ret: num, Params: params{
			{Name: "fd", Type: customOf(4, "uringRing", "opcode")}, {Name: "opcode", Type: customOf(4, "uringOperation")},
			{Type: &Rest{On: "opcode", Mask: uringRegistered - 1, Cases: uringOperands(), Else: uringOperand(addr)}},
		}},
	}
})
