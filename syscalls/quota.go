package syscalls

import "github.com/trapline/trapline/uapi"

// quotaMask covers the command in quotactl's first word; the rest is a type of
// quota.
const quotaMask = 0xffffff00

var (
	quotaCommand = customOf(4, "quotaCommand")
	xfsFlags     = in(flags(uapi.XFSQuotaFlags))
	xfsFields    = in(flags(uapi.XFSQuotaFields))

	quotaBlock = record("if_dqblk", quotaFields)

	quotaFields = fields{
		{Name: "dqb_bhardlimit", Type: u64}, {Name: "dqb_bsoftlimit", Type: u64}, {Name: "dqb_curspace", Type: u64},
		{Name: "dqb_ihardlimit", Type: u64}, {Name: "dqb_isoftlimit", Type: u64}, {Name: "dqb_curinodes", Type: u64},
		{Name: "dqb_btime", Type: u64, Verbose: true}, {Name: "dqb_itime", Type: u64, Verbose: true},
		{Name: "dqb_valid", Type: flags(uapi.QuotaValid), Verbose: true},
	}
)

// quotaInfo is struct if_dqinfo.
func quotaInfo() *Record {
	return record("if_dqinfo", fields{
		{Name: "dqi_bgrace", Type: u64}, {Name: "dqi_igrace", Type: u64},
		{Name: "dqi_flags", Type: flags(uapi.QuotaInfoFlags)}, {Name: "dqi_valid", Type: flags(uapi.QuotaInfoValid)},
	})
}

// quotaNext is struct if_nextdqblk.
func quotaNext() *Record {
	return record("if_nextdqblk", append(quotaFields, Param{Name: "dqb_id", Type: unum}))
}

// What XFS knows of a quota.
var (
	s8        = Bits{Width: 1}
	xfsQuota  = record("fs_disk_quota", append(xfsLimits, xfsTimers...))
	xfsLimits = fields{
		{Name: "d_version", Type: s8}, {Name: "d_flags", Type: flagsOf(1, uapi.XFSQuotaFields)},
		{Name: "d_fieldmask", Type: x16}, {Name: "d_id", Type: unum},
		{Name: "d_blk_hardlimit", Type: u64}, {Name: "d_blk_softlimit", Type: u64},
		{Name: "d_ino_hardlimit", Type: u64}, {Name: "d_ino_softlimit", Type: u64},
		{Name: "d_bcount", Type: u64}, {Name: "d_icount", Type: u64},
	}
	xfsTimers = fields{
		{Name: "d_itimer", Type: num, Verbose: true}, {Name: "d_btimer", Type: num, Verbose: true},
		{Name: "d_iwarns", Type: u16, Verbose: true}, {Name: "d_bwarns", Type: u16, Verbose: true},
		{Type: hidden(num)}, // the timers' upper bits
		{Name: "d_rtb_hardlimit", Type: u64, Verbose: true}, {Name: "d_rtb_softlimit", Type: u64, Verbose: true},
		{Name: "d_rtbcount", Type: u64, Verbose: true}, {Name: "d_rtbtimer", Type: num, Verbose: true},
		{Name: "d_rtbwarns", Type: u16, Verbose: true},
		{Type: hidden(u16)}, {Type: hidden(u64)},
	}

	xfsFile = record("fs_qfilestat", xfsFileState)

	xfsFileState = fields{{Name: "qfs_ino", Type: u64}, {Name: "qfs_nblks", Type: u64}, {Name: "qfs_nextents", Type: unum}}
)

// xfsFileWide is struct fs_qfilestatv.
func xfsFileWide() *Record {
	return record("fs_qfilestatv", append(xfsFileState, Param{Type: hidden(num)}))
}

// xfsTail are the last fields of the structures of XFS about a file system.
func xfsTail() fields {
	return fields{
		{Name: "qs_btimelimit", Type: num, Verbose: true}, {Name: "qs_itimelimit", Type: num, Verbose: true},
		{Name: "qs_rtbtimelimit", Type: num, Verbose: true},
		{Name: "qs_bwarnlimit", Type: u16, Verbose: true}, {Name: "qs_iwarnlimit", Type: u16, Verbose: true},
	}
}

// xfsState is struct fs_quota_stat.
func xfsState() *Record {
	return record("fs_quota_stat", append(fields{
		{Name: "qs_version", Type: s8}, {Name: "qs_flags", Type: flagsOf(2, uapi.XFSQuotaFlags), Verbose: true},
		{Type: hidden(u8)},
		{Name: "qs_uquota", Type: xfsFile, Verbose: true}, {Name: "qs_gquota", Type: xfsFile, Verbose: true},
		{Name: "qs_incoredqs", Type: unum, Verbose: true},
	}, xfsTail()...))
}

// xfsStateWide is struct fs_quota_statv.
func xfsStateWide() *Record {
	return record("fs_quota_statv", append(fields{
		{Name: "qs_version", Type: s8}, {Name: "qs_flags", Type: flagsOf(2, uapi.XFSQuotaFlags), Verbose: true},
		{Name: "qs_incoredqs", Type: unum, Verbose: true},
		{Name: "qs_uquota", Type: xfsFileWide(), Verbose: true}, {Name: "qs_gquota", Type: xfsFileWide(), Verbose: true},
		{Name: "qs_pquota", Type: xfsFileWide(), Verbose: true},
	}, xfsTail()...))
}

// quotaRest is what follows the device, by command.
func quotaRest() *Rest {
	return &Rest{On: "op", Mask: quotaMask, Else: quotaID(addr), Cases: map[uint64][]Param{
		0x80000100: {},                                                                        // Q_SYNC
		0x80000200: {{Name: "id", Type: enum(uapi.QuotaFormats)}, {Name: "addr", Type: path}}, // Q_QUOTAON
		0x80000300: {},                                                                        // Q_QUOTAOFF
		0x80000400: quotaOnly(out(enum(uapi.QuotaFormats))),                                   // Q_GETFMT
		0x80000500: quotaOnly(out(quotaInfo())),                                               // Q_GETINFO
		0x80000600: quotaOnly(in(quotaInfo())),                                                // Q_SETINFO
		0x80000700: quotaID(out(quotaBlock)),                                                  // Q_GETQUOTA
		0x80000800: quotaID(in(quotaBlock)),                                                   // Q_SETQUOTA
		0x80000900: quotaID(out(quotaNext())),                                                 // Q_GETNEXTQUOTA
		0x580100:   quotaOnly(xfsFlags),                                                       // Q_XQUOTAON
		0x580200:   quotaOnly(xfsFlags),                                                       // Q_XQUOTAOFF
		0x580300:   quotaID(out(xfsQuota)),                                                    // Q_XGETQUOTA
		0x580400:   quotaID(in(xfsQuota)),                                                     // Q_XSETQLIM
		0x580500:   quotaOnly(out(xfsState())),                                                // Q_XGETQSTAT
		0x580600:   quotaOnly(xfsFields),                                                      // Q_XQUOTARM
		0x580700:   {},                                                                        // Q_XQUOTASYNC
		0x580800:   quotaOnly(out(xfsStateWide())),                                            // Q_XGETQSTATV
		0x580900:   quotaID(out(xfsQuota)),                                                    // Q_XGETNEXTQUOTA
	}}
}

// quotaID is an identity and what is known of its quota; quotaOnly ignores the
// identity.
func quotaID(t Type) params   { return params{{Name: "id", Type: uid}, {Name: "addr", Type: t}} }
func quotaOnly(t Type) params { return params{{Name: "addr", Type: t, Reg: 4}} }

var quotaCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "quotactl", Class: File, Ret: zero, Params: params{{Name: "op", Type: quotaCommand}, {Name: "special", Type: path}, {Type: quotaRest()}}},
		{Name: "quotactl_fd", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "op", Type: quotaCommand}, {Type: quotaRest()}}},
	}
})
