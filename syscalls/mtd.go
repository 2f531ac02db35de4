package syscalls

import (
	"github.com/trapline/trapline/uapi"
)

// flashOps are the commands of flash memory.
func flashOps() []op {
	var (
		erase   = argp(in(record("erase_info_user", fields{{Name: "start", Type: x32}, {Name: "length", Type: x32}})))
		erase64 = argp(in(record("erase_info_user64", fields{{Name: "start", Type: x64}, {Name: "length", Type: x64}})))
		oob     = argp(in(record("mtd_oob_buf", fields{{Name: "start", Type: x32}, {Name: "length", Type: x32}, {Name: "ptr", Type: addr}})))
		oob64   = argp(in(record("mtd_oob_buf64", fields{{Name: "start", Type: x64}, {Type: hidden(u32)}, {Name: "length", Type: x32}, {Name: "usr_ptr", Type: addr64}})))
		otp     = record("otp_info", fields{{Name: "start", Type: x32}, {Name: "length", Type: x32}, {Name: "locked", Type: u32}})
		block   = argp(in(u64))
	)
	return []op{
		{"MEMGETINFO", argp(out(flashInfo()))},
		{"MEMERASE", erase},
		{"MEMLOCK", erase},
		{"MEMUNLOCK", erase},
		{"MEMISLOCKED", erase},
		{"MEMERASE64", erase64},
		{"MEMWRITEOOB", oob},
		{"MEMREADOOB", oob},
		{"MEMWRITEOOB64", oob64},
		{"MEMREADOOB64", oob64},
		{"MEMWRITE", argp(in(flashWrite()))},
		{"MEMGETREGIONCOUNT", argp(out(num))},
		{"MEMGETREGIONINFO", argp(inout(flashRegion()))},
		{"MEMGETOOBSEL", argp(out(flashOOB()))},
		{"MEMGETBADBLOCK", block},
		{"MEMSETBADBLOCK", block},
		{"OTPSELECT", argp(in(enum(uapi.FlashOTP)))},
		{"OTPGETREGIONCOUNT", argp(out(u32))},
		{"OTPGETREGIONINFO", argp(out(otp))},
		{"OTPLOCK", argp(in(otp))},
		{"ECCGETLAYOUT", argp(out(flashLayout()))},
		{"ECCGETSTATS", argp(out(record("mtd_ecc_stats", fields{{Name: "corrected", Type: x32}, {Name: "failed", Type: x32}, {Name: "badblocks", Type: x32}, {Name: "bbtblocks", Type: x32}})))},
		{"MTDFILEMODE", argp(enumOf(Long, uapi.FlashFileModes))},
	}
}

// flashInfo is struct mtd_info_user.
func flashInfo() *Record {
	return record("mtd_info_user", fields{
		{Name: "type", Type: enumOf(1, uapi.FlashTypes)},
		{Name: "flags", Type: flags(uapi.FlashFlags)},
		{Name: "size", Type: x32},
		{Name: "erasesize", Type: x32},
		{Name: "writesize", Type: x32},
		{Name: "oobsize", Type: x32},
		{Name: "padding", Type: x64},
	})
}

// flashRegion is struct region_info_user.
func flashRegion() *Record {
	return record("region_info_user", fields{
		{Name: "offset", Type: x32, Out: true},
		{Name: "erasesize", Type: x32, Out: true},
		{Name: "numblocks", Type: x32, Out: true},
		{Name: "regionindex", Type: x32},
	})
}

// flashWrite is struct mtd_write_req.
func flashWrite() *Record {
	return record("mtd_write_req", fields{
		{Name: "start", Type: x64},
		{Name: "len", Type: x64},
		{Name: "ooblen", Type: x64},
		{Name: "usr_data", Type: addr64},
		{Name: "usr_oob", Type: addr64},
		{Name: "mode", Type: enumOf(1, uapi.FlashOps)},
		{Type: hidden(list(u8, 7))},
	})
}

// flashOOB is struct nand_oobinfo.
func flashOOB() *Record {
	return record("nand_oobinfo", fields{
		{Name: "useecc", Type: enum(uapi.FlashECC)},
		{Name: "eccbytes", Type: x32},
		{Name: "oobfree", Type: list(list(x32, 2), 8)},
		{Name: "eccpos", Type: list(x32, 32)},
	})
}

// flashLayout is struct nand_oobfree.
func flashLayout() *Record {
	free := record("nand_oobfree", fields{{Name: "offset", Type: x32}, {Name: "length", Type: x32}})
	return record("nand_ecclayout_user", fields{
		{Name: "eccbytes", Type: x32},
		{Name: "eccpos", Type: list(x32, 64)},
		{Name: "oobavail", Type: x32},
		{Name: "oobfree", Type: list(free, 8)},
	})
}

// volumeOps are the commands of volumes on flash memory, of the devices that they are on
// and of the device that controls them all.
func volumeOps() []op {
	var (
		block  = argp(in(num))
		term   = enumOf(1, uapi.FlashTerms)
		attach = record("ubi_attach_req", fields{
			{Name: "ubi_num", Type: num},
			{Name: "mtd_num", Type: num},
			{Name: "vid_hdr_offset", Type: num},
			{Name: "max_beb_per1024", Type: s16},
			{Name: "disable_fm", Type: s8},
			{Name: "need_resv_pool", Type: s8},
			{Type: hidden(list(s8, 8))},
		})
		name   = Str{Path: true, Room: 128, Len: "name_len"}
		volume = record("ubi_mkvol_req", fields{
			{Name: "vol_id", Type: num},
			{Name: "alignment", Type: num},
			{Name: "bytes", Type: s64},
			{Name: "vol_type", Type: enumOf(1, uapi.VolumeTypes)},
			{Name: "flags", Type: flagsOf(1, uapi.VolumeFlags)},
			{Name: "name_len", Type: s16},
			{Type: hidden(list(s8, 4))},
			{Name: "name", Type: name},
		})
		rename   = record("ubi_rnvol_ent", fields{{Name: "vol_id", Type: num}, {Name: "name_len", Type: s16}, {Type: hidden(list(s8, 2))}, {Name: "name", Type: name}})
		renames  = record("ubi_rnvol_req", fields{{Name: "count", Type: num}, {Type: hidden(list(s8, 12))}, {Name: "ents", Type: Array{Elem: rename, Count: 32, Len: "count"}}})
		resize   = &Record{Name: "ubi_rsvol_req", Packed: true, Fields: fields{{Name: "bytes", Type: s64}, {Name: "vol_id", Type: num}}}
		property = record("ubi_set_vol_prop_req", fields{{Name: "property", Type: enumOf(1, uapi.VolumeProperties)}, {Type: hidden(list(u8, 7))}, {Name: "value", Type: x64}})
		change   = record("ubi_leb_change_req", fields{{Name: "lnum", Type: num}, {Name: "bytes", Type: num}, {Name: "dtype", Type: term}, {Type: hidden(list(s8, 7))}})
		mapping  = record("ubi_map_req", fields{{Name: "lnum", Type: num}, {Name: "dtype", Type: term}, {Type: hidden(list(s8, 3))}})
	)
	return []op{
		{"UBI_IOCMKVOL", argp(inout(Exchange{Before: volume, After: num}))},
		{"UBI_IOCRMVOL", block},
		{"UBI_IOCRSVOL", argp(in(resize))},
		{"UBI_IOCRNVOL", argp(in(renames))},
		{"UBI_IOCRPEB", block},
		{"UBI_IOCSPEB", block},
		{"UBI_IOCATT", argp(inout(Exchange{Before: attach, After: num}))},
		{"UBI_IOCDET", block},
		{"UBI_IOCVOLUP", argp(in(s64))},
		{"UBI_IOCEBER", block},
		{"UBI_IOCEBCH", argp(in(change))},
		{"UBI_IOCEBMAP", argp(in(mapping))},
		{"UBI_IOCEBUNMAP", block},
		{"UBI_IOCEBISMAP", block},
		{"UBI_IOCSETVOLPROP", argp(in(property))},
		{"UBI_IOCVOLCRBLK", bare},
		{"UBI_IOCVOLRMBLK", bare},
	}
}
