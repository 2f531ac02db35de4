package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// scsiOps are the commands of generic SCSI devices.
func scsiOps() []op {
	var (
		get = argp(out(num))
		set = argp(in(num))
		s8  = Bits{Width: 1}
		id  = record("sg_scsi_id", fields{
			{Name: "host_no", Type: num}, {Name: "channel", Type: num}, {Name: "scsi_id", Type: x32}, {Name: "lun", Type: num},
			{Name: "scsi_type", Type: x32}, {Name: "h_cmd_per_lun", Type: s16}, {Name: "d_queue_depth", Type: s16}, {Name: "unused", Type: hidden(list(num, 2))},
		})
		request = record("sg_req_info", fields{
			{Name: "req_state", Type: s8}, {Name: "orphan", Type: s8}, {Name: "sg_io_owned", Type: s8}, {Name: "problem", Type: s8},
			{Name: "pack_id", Type: num}, {Name: "usr_ptr", Type: addr}, {Name: "duration", Type: unum},
		})
	)
	return []op{
		{"SG_SET_TIMEOUT", set},
		{"SG_GET_TIMEOUT", bare},
		{"SG_EMULATED_HOST", get},
		{"SG_SET_TRANSFORM", argp(hex)},
		{"SG_GET_TRANSFORM", get},
		{"SG_GET_COMMAND_Q", get},
		{"SG_SET_COMMAND_Q", set},
		{"SG_GET_RESERVED_SIZE", get},
		{"SG_SET_RESERVED_SIZE", set},
		{"SG_GET_SCSI_ID", argp(out(id))},
		{"SG_SET_FORCE_LOW_DMA", set},
		{"SG_GET_LOW_DMA", get},
		{"SG_SET_FORCE_PACK_ID", set},
		{"SG_GET_PACK_ID", get},
		{"SG_GET_NUM_WAITING", get},
		{"SG_SET_DEBUG", set},
		{"SG_GET_SG_TABLESIZE", get},
		{"SG_GET_VERSION_NUM", get},
		{"SG_NEXT_CMD_LEN", set},
		{"SG_SCSI_RESET", argp(in(Custom{Name: "scsiReset"}))},
		{"SG_IO", argp(custom("sgIO"))},
		{"SG_GET_REQUEST_TABLE", argp(out(request))},
		{"SG_SET_KEEP_ORPHAN", set},
		{"SG_GET_KEEP_ORPHAN", get},
		{"SG_GET_ACCESS_COUNT", get},
	}
}

// letter is an int that is a character.
var letter = Bits{Width: 4, Form: value.Char}

// The directions of the data of a SCSI request.
const (
	toDevice   = 1<<32 - 2
	fromDevice = 1<<32 - 3
	toFrom     = 1<<32 - 4
)

// SG3 is the third version of a request to a generic SCSI device.
func SG3() *Exchange {
	layout := func(data Type) *Record {
		return record("sg_io_hdr", fields{
			{Name: "interface_id", Type: letter}, {Name: "dxfer_direction", Type: enum(uapi.SCSIDirections)}, {Name: "cmd_len", Type: u8}, {Name: "mx_sb_len", Type: u8},
			{Name: "iovec_count", Type: u16}, {Name: "dxfer_len", Type: u32}, {Name: "dxferp", Type: data},
			{Name: "cmdp", Type: in(Buf{Len: "cmd_len", Binary: true})}, {Name: "sbp", Type: in(Buf{Len: "sb_len_wr", Binary: true})},
			{Name: "timeout", Type: u32}, {Name: "flags", Type: flags(uapi.SCSIFlags)}, {Name: "pack_id", Type: num}, {Name: "usr_ptr", Type: addr},
			{Name: "status", Type: x8}, {Name: "masked_status", Type: x8}, {Name: "msg_status", Type: x8}, {Name: "sb_len_wr", Type: u8},
			{Name: "host_status", Type: x16}, {Name: "driver_status", Type: x16}, {Name: "resid", Type: num}, {Name: "duration", Type: u32}, {Name: "info", Type: flags(uapi.SCSIInfo)},
		})
	}
	return &Exchange{
		Joined: true,
		Before: layout(when(custom("sgData", "iovec_count", "dxfer_len"), "dxfer_direction", toDevice, toFrom)).showing(
			"interface_id", "dxfer_direction", "cmd_len", "cmdp", "mx_sb_len", "iovec_count", "dxfer_len", "timeout", "flags", "dxferp"),
		After: layout(when(custom("sgData", "iovec_count", "dxfer_len", "resid"), "dxfer_direction", fromDevice, toFrom)).showing(
			"dxferp", "status", "masked_status", "msg_status", "sb_len_wr", "sbp", "host_status", "driver_status", "resid", "duration", "info"),
	}
}

// SG4 is the fourth version.
func SG4() *Exchange {
	all := record("sg_io_v4", fields{
		{Name: "guard", Type: letter}, {Name: "protocol", Type: enum(uapi.BSGProtocols)}, {Name: "subprotocol", Type: enum(uapi.BSGSubprotocols)},
		{Name: "request_len", Type: u32}, {Name: "request", Type: customOf(8, "wideBytes", "request_len")}, {Name: "request_tag", Type: x64},
		{Name: "request_attr", Type: u32}, {Name: "request_priority", Type: u32}, {Name: "request_extra", Type: u32}, {Name: "max_response_len", Type: u32},
		{Name: "response", Type: customOf(8, "wideBytes", "response_len")},
		{Name: "dout_iovec_count", Type: u32}, {Name: "dout_xfer_len", Type: u32}, {Name: "din_iovec_count", Type: u32}, {Name: "din_xfer_len", Type: u32},
		{Name: "dout_xferp", Type: customOf(8, "sgData", "dout_iovec_count", "dout_xfer_len")}, {Name: "din_xferp", Type: customOf(8, "sgData", "din_iovec_count", "din_xfer_len", "din_resid")},
		{Name: "timeout", Type: u32}, {Name: "flags", Type: flags(uapi.BSGFlags)}, {Name: "usr_ptr", Type: Bits{Width: 8, Form: value.Address}}, {Name: "spare_in", Type: hidden(x32)},
		{Name: "driver_status", Type: x32}, {Name: "transport_status", Type: x32}, {Name: "device_status", Type: x32}, {Name: "retry_delay", Type: u32},
		{Name: "info", Type: flags(uapi.SCSIInfo)}, {Name: "duration", Type: u32}, {Name: "response_len", Type: u32}, {Name: "din_resid", Type: num}, {Name: "dout_resid", Type: num},
		{Name: "generated_tag", Type: x64}, {Name: "spare_out", Type: hidden(x32)}, {Name: "padding", Type: hidden(u32)},
	})
	return &Exchange{
		Joined: true,
		Before: all.showing("guard", "protocol", "subprotocol", "request_len", "request", "request_tag", "request_attr", "request_priority", "request_extra", "max_response_len",
			"dout_iovec_count", "dout_xfer_len", "din_iovec_count", "din_xfer_len", "dout_xferp", "timeout", "flags", "usr_ptr"),
		After: all.showing("response_len", "response", "din_xferp", "driver_status", "transport_status", "device_status", "retry_delay", "info", "duration",
			"response_len", "din_resid", "dout_resid", "generated_tag"),
	}
}
