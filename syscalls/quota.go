package syscalls

import "github.com/trapline/trapline/uapi"

// quotactl's command is a command and a type of quota in one word.
const (
	quotaTypes = 3 // user, group, project
	typeBits   = 8
)

var (
	quotaCommand = customOf(4, "quotaCommand")
	xfsFlags     = in(flags(uapi.XFSQuotaFlags))
	xfsFields    = in(flags(uapi.XFSQuotaFields))

	quotaInfo = record("if_dqinfo", fields{
		{Name: "dqi_bgrace", Type: u64}, {Name: "dqi_igrace", Type: u64},
		{Name: "dqi_flags", Type: flags(uapi.QuotaInfoFlags)}, {Name: "dqi_valid", Type: flags(uapi.QuotaInfoValid)},
	})
	quotaBlock = record("if_dqblk", quotaFields)
	quotaNext  = record("if_nextdqblk", append(quotaFields, Param{Name: "dqb_id", Type: unum}))

	quotaFields = fields{
		{Name: "dqb_bhardlimit", Type: u64}, {Name: "dqb_bsoftlimit", Type: u64}, {Name: "dqb_curspace", Type: u64},
		{Name: "dqb_ihardlimit", Type: u64}, {Name: "dqb_isoftlimit", Type: u64}, {Name: "dqb_curinodes", Type: u64},
		{Name: "dqb_btime", Type: u64, Verbose: true}, {Name: "dqb_itime", Type: u64, Verbose: true},
		{Name: "dqb_valid", Type: flags(uapi.QuotaValid), Verbose: true},
	}
)

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
	}

	xfsFile     = record("fs_qfilestat", xfsFileState)
	xfsFileWide = record("fs_qfilestatv", append(xfsFileState, Param{Type: hidden(num)}))

	xfsFileState = fields{{Name: "qfs_ino", Type: u64}, {Name: "qfs_nblks", Type: u64}, {Name: "qfs_nextents", Type: unum}}
	xfsTail      = fields{
		{Name: "qs_btimelimit", Type: num, Verbose: true}, {Name: "qs_itimelimit", Type: num, Verbose: true},
		{Name: "qs_rtbtimelimit", Type: num, Verbose: true},
		{Name: "qs_bwarnlimit", Type: u16, Verbose: true}, {Name: "qs_iwarnlimit", Type: u16, Verbose: true},
	}
	xfsState = record("fs_quota_stat", append(fields{
		{Name: "qs_version", Type: s8}, {Name: "qs_flags", Type: flagsOf(2, uapi.XFSQuotaFlags), Verbose: true},
		{Type: hidden(u8)},
		{Name: "qs_uquota", Type: xfsFile, Verbose: true}, {Name: "qs_gquota", Type: xfsFile, Verbose: true},
		{Name: "qs_incoredqs", Type: unum, Verbose: true},
	}, xfsTail...))
	xfsStateWide = record("fs_quota_statv", append(fields{
		{Name: "qs_version", Type: s8}, {Name: "qs_flags", Type: flagsOf(2, uapi.XFSQuotaFlags), Verbose: true},
		{Name: "qs_incoredqs", Type: unum, Verbose: true},
		{Name: "qs_uquota", Type: xfsFileWide, Verbose: true}, {Name: "qs_gquota", Type: xfsFileWide, Verbose: true},
		{Name: "qs_pquota", Type: xfsFileWide, Verbose: true},
	}, xfsTail...))
)

// quotaArguments are what follows the device, by command.
func quotaArguments() map[uint64][]Param {
	id := func(t Type) params { return params{{Name: "id", Type: uid}, {Name: "addr", Type: t}} }
	only := func(t Type) params { return params{{Name: "addr", Type: t, Reg: 4}} }
	return byQuotaType(map[uint64][]Param{
		0x800001: {},                                                                        // Q_SYNC
		0x800002: {{Name: "id", Type: enum(uapi.QuotaFormats)}, {Name: "addr", Type: path}}, // Q_QUOTAON
		0x800003: {},                                                                        // Q_QUOTAOFF
		0x800004: only(out(enum(uapi.QuotaFormats))),                                        // Q_GETFMT
		0x800005: only(out(quotaInfo)),                                                      // Q_GETINFO
		0x800006: only(in(quotaInfo)),                                                       // Q_SETINFO
		0x800007: id(out(quotaBlock)),                                                       // Q_GETQUOTA
		0x800008: id(in(quotaBlock)),                                                        // Q_SETQUOTA
		0x800009: id(out(quotaNext)),                                                        // Q_GETNEXTQUOTA
		0x5801:   only(xfsFlags),                                                            // Q_XQUOTAON
		0x5802:   only(xfsFlags),                                                            // Q_XQUOTAOFF
		0x5803:   id(out(xfsQuota)),                                                         // Q_XGETQUOTA
		0x5804:   id(in(xfsQuota)),                                                          // Q_XSETQLIM
		0x5805:   only(out(xfsState)),                                                       // Q_XGETQSTAT
		0x5806:   only(xfsFields),                                                           // Q_XQUOTARM
		0x5807:   {},                                                                        // Q_XQUOTASYNC
		0x5808:   only(out(xfsStateWide)),                                                   // Q_XGETQSTATV
		0x5809:   id(out(xfsQuota)),                                                         // Q_XGETNEXTQUOTA
	})
}

// byQuotaType adds the types of quota to the commands.
func byQuotaType(commands map[uint64][]Param) map[uint64][]Param {
	cases := map[uint64][]Param{}
	for cmd, list := range commands {
		for kind := range uint64(quotaTypes) {
			cases[cmd<<typeBits|kind] = list
		}
	}
	return cases
}

var quotaRest = &Rest{On: "cmd", Cases: quotaArguments(), Else: params{{Name: "id", Type: uid}, {Name: "addr", Type: addr}}}

var quotaCalls = []Syscall{
	{Name: "quotactl", Class: File, Ret: zero, Params: params{{Name: "cmd", Type: quotaCommand}, {Name: "special", Type: path}, {Type: quotaRest}}},
	{Name: "quotactl_fd", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "cmd", Type: quotaCommand}, {Type: quotaRest}}},
}
