package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// loopKey is LO_KEY_SIZE.
const loopKey = 32

// loopOps are the commands of loops, the block devices that are files, and of what makes them.
func loopOps() []op {
	info, info64 := loopInfo(), loopInfo64()
	config := record("loop_config", fields{
		{Name: "fd", Type: fd},
		{Name: "block_size", Type: u32},
		{Name: "info", Type: info64},
		{Name: "__reserved", Type: list(x64, 8), Spare: true},
	})
	return []op{
		{"LOOP_SET_FD", argp(fd)},
		{"LOOP_CLR_FD", bare},
		{"LOOP_SET_STATUS", argp(in(info))},
		{"LOOP_GET_STATUS", argp(out(info))},
		{"LOOP_SET_STATUS64", argp(in(info64))},
		{"LOOP_GET_STATUS64", argp(out(info64))},
		{"LOOP_CHANGE_FD", argp(fd)},
		{"LOOP_SET_CAPACITY", bare},
		{"LOOP_SET_DIRECT_IO", argp(ulong)},
		{"LOOP_SET_BLOCK_SIZE", argp(ulong)},
		{"LOOP_CONFIGURE", argp(in(config))},
		{"LOOP_CTL_ADD", argp(num)},
		{"LOOP_CTL_REMOVE", argp(num)},
		{"LOOP_CTL_GET_FREE", bare},
	}
}

// loopInfo is struct loop_info, whose devices have the size of an old dev_t.
func loopInfo() *Record {
	device := Custom{Name: "device", Width: OldDevice}
	return record("loop_info", fields{
		{Name: "lo_number", Type: num},
		{Name: "lo_device", Type: device, Verbose: true},
		{Name: "lo_inode", Type: ulong, Verbose: true},
		{Name: "lo_rdevice", Type: device, Verbose: true},
		{Name: "lo_offset", Type: x32},
		{Name: "lo_encrypt_type", Type: enum(uapi.LoopCiphers), Verbose: true, Or: "lo_encrypt_type"},
		{Name: "lo_encrypt_key_size", Type: u32, Verbose: true, Or: "lo_encrypt_type"},
		{Name: "lo_flags", Type: flags(uapi.LoopFlags)},
		{Name: "lo_name", Type: Str{Path: true, Room: 64}},
		{Name: "lo_encrypt_key", Type: Buf{Len: "lo_encrypt_key_size", Count: loopKey}, Verbose: true, Or: "lo_encrypt_type"},
		{Name: "lo_init", Type: list(lhex, 2), Verbose: true},
		{Name: "reserved", Type: list(Bits{Width: 1, Form: value.Hex}, 4), Verbose: true},
	})
}

// loopInfo64 is struct loop_info64.
func loopInfo64() *Record {
	device := customOf(8, "device")
	return record("loop_info64", fields{
		{Name: "lo_device", Type: device, Verbose: true},
		{Name: "lo_inode", Type: u64, Verbose: true},
		{Name: "lo_rdevice", Type: device, Verbose: true},
		{Name: "lo_offset", Type: x64},
		{Name: "lo_sizelimit", Type: u64, Verbose: true},
		{Name: "lo_number", Type: u32},
		{Name: "lo_encrypt_type", Type: enum(uapi.LoopCiphers), Verbose: true, Or: "lo_encrypt_type"},
		{Name: "lo_encrypt_key_size", Type: u32, Verbose: true, Or: "lo_encrypt_type"},
		{Name: "lo_flags", Type: flags(uapi.LoopFlags)},
		{Name: "lo_file_name", Type: Str{Path: true, Room: 64}},
		{Name: "lo_crypt_name", Type: Str{Path: true, Room: 64}, Verbose: true, Or: "lo_encrypt_type"},
		{Name: "lo_encrypt_key", Type: Buf{Len: "lo_encrypt_key_size", Count: loopKey}, Verbose: true, Or: "lo_encrypt_type"},
		{Name: "lo_init", Type: list(x64, 2), Verbose: true},
	})
}
