package syscalls

import (
	"github.com/trapline/trapline/uapi"
)

var (
	intIn   = argp(in(num))
	intOut  = argp(out(num))
	uintOut = argp(out(unum))
	bare    = params{}
	value32 = argp(num)

	winsize = record("winsize", fields{{Name: "ws_row", Type: u16}, {Name: "ws_col", Type: u16}, {Name: "ws_xpixel", Type: u16}, {Name: "ws_ypixel", Type: u16}})

	// termios is the kernel's struct termios, termios2 the same with speeds, and
	// termio their ancestor with shorter words.
	termios  = Custom{Name: "termios"}
	termios2 = Custom{Name: "termios2"}
	termio   = Custom{Name: "termio"}

	modem      = flags(uapi.ModemLines)
	inodeFlags = flags(uapi.InodeFlags)
	trimRange  = record("fstrim_range", fields{{Name: "start", Type: x64}, {Name: "len", Type: u64}, {Name: "minlen", Type: u64}})
	cloneRange = record("file_clone_range", fields{{Name: "src_fd", Type: customOf(8, "fd64")}, {Name: "src_offset", Type: u64}, {Name: "src_length", Type: u64}, {Name: "dest_offset", Type: u64}})
)

// ifWish and ifAnswer are struct ifreq, whose fields the command decides.
var (
	ifWish   = argp(in(Custom{Name: "ifreq", Args: []string{"op"}}))
	ifAnswer = argp(in(Custom{Name: "ifreqAnswer", Args: []string{"op"}}))
)

// getXattr and setXattr are struct fsxattr, of which only the kernel counts extents.
var (
	getXattr = record("fsxattr", fields{{Name: "fsx_xflags", Type: xflags}, {Name: "fsx_extsize", Type: u32}, {Name: "fsx_nextents", Type: u32}, {Name: "fsx_projid", Type: u32}, {Name: "fsx_cowextsize", Type: u32}})
	setXattr = record("fsxattr", fields{{Name: "fsx_xflags", Type: xflags}, {Name: "fsx_extsize", Type: u32}, {Name: "fsx_nextents", Type: hidden(u32)}, {Name: "fsx_projid", Type: u32}, {Name: "fsx_cowextsize", Type: u32}})
	xflags   = flags(uapi.ExtendedFlags)

	blockRange = argp(in(list(u64, 2)))
)

// ioctlCases are the commands whose argument is known, by number. Numbers that
// depend on the size of a long stand twice.
var ioctlCases = map[uint64][]Param{
	0x5401: argp(out(termios)), // TCGETS
	0x5402: argp(in(termios)),  // TCSETS
	0x5403: argp(in(termios)),  // TCSETSW
	0x5404: argp(in(termios)),  // TCSETSF
	0x5405: argp(out(termio)),  // TCGETA
	0x5406: argp(in(termio)),   // TCSETA
	0x5407: argp(in(termio)),   // TCSETAW
	0x5408: argp(in(termio)),   // TCSETAF
	0x5409: value32,            // TCSBRK
	0x540a: argp(enum(uapi.FlowActions)),
	0x540b: argp(enum(uapi.FlushQueues)),
	0x540c: bare,                           // TIOCEXCL
	0x540d: bare,                           // TIOCNXCL
	0x540e: value32,                        // TIOCSCTTY
	0x540f: intOut,                         // TIOCGPGRP
	0x5410: intIn,                          // TIOCSPGRP
	0x5411: intOut,                         // TIOCOUTQ
	0x5412: argp(in(Custom{Name: "char"})), // TIOCSTI
	0x5413: argp(out(winsize)),             // TIOCGWINSZ
	0x5414: argp(in(winsize)),              // TIOCSWINSZ
	0x5415: argp(out(modem)),               // TIOCMGET
	0x5416: argp(in(modem)),                // TIOCMBIS
	0x5417: argp(in(modem)),                // TIOCMBIC
	0x5418: argp(in(modem)),                // TIOCMSET
	0x5419: intOut,                         // TIOCGSOFTCAR
	0x541a: intIn,                          // TIOCSSOFTCAR
	0x541b: intOut,                         // FIONREAD
	0x541d: bare,                           // TIOCCONS
	0x5420: intIn,                          // TIOCPKT
	0x5421: intIn,                          // FIONBIO
	0x5422: bare,                           // TIOCNOTTY
	0x5423: intIn,                          // TIOCSETD
	0x5424: intOut,                         // TIOCGETD
	0x5425: value32,                        // TCSBRKP
	0x5427: bare,                           // TIOCSBRK
	0x5428: bare,                           // TIOCCBRK
	0x5429: intOut,                         // TIOCGSID
	0x5437: bare,                           // TIOCVHANGUP
	0x5450: bare,                           // FIONCLEX
	0x5451: bare,                           // FIOCLEX
	0x5452: intIn,                          // FIOASYNC
	0x5456: argp(out(termios)),             // TIOCGLCKTRMIOS
	0x5457: argp(in(termios)),              // TIOCSLCKTRMIOS

	0x802c542a: argp(out(termios2)), // TCGETS2
	0x402c542b: argp(in(termios2)),  // TCSETS2
	0x402c542c: argp(in(termios2)),  // TCSETSW2
	0x402c542d: argp(in(termios2)),  // TCSETSF2
	0x80045430: uintOut,             // TIOCGPTN
	0x40045431: intIn,               // TIOCSPTLCK
	0x80045432: uintOut,             // TIOCGDEV
	0x80045440: intOut,              // TIOCGEXCL

	0x80086601: argp(out(inodeFlags)), // FS_IOC_GETFLAGS
	0x80046601: argp(out(inodeFlags)),
	0x40086602: argp(in(inodeFlags)), // FS_IOC_SETFLAGS
	0x40046602: argp(in(inodeFlags)),
	0x81009431: argp(out(Str{})), // FS_IOC_GETFSLABEL
	0x41009432: argp(in(Str{})),  // FS_IOC_SETFSLABEL
	0xc0045877: bare,             // FIFREEZE
	0xc0045878: bare,             // FITHAW
	0xc0185879: argp(in(trimRange)),
	0x40049409: argp(FD{Bare: true}), // FICLONE
	0x4020940d: argp(in(cloneRange)),

	0x125d:     intIn,            // BLKROSET
	0x125e:     intOut,           // BLKROGET
	0x125f:     bare,             // BLKRRPART
	0x1260:     argp(out(ulong)), // BLKGETSIZE
	0x1261:     bare,             // BLKFLSBUF
	0x1262:     argp(ulong),      // BLKRASET
	0x1263:     argp(out(long)),  // BLKRAGET
	0x1264:     argp(ulong),      // BLKFRASET
	0x1265:     argp(out(long)),  // BLKFRAGET
	0x1267:     argp(out(u16)),   // BLKSECTGET
	0x1268:     intOut,           // BLKSSZGET
	0x80081270: intOut,           // BLKBSZGET
	0x80041270: intOut,
	0x40081271: intIn, // BLKBSZSET
	0x40041271: intIn,
	0x80081272: argp(out(u64)), // BLKGETSIZE64
	0x80041272: argp(out(u64)),
	0x1277:     blockRange,     // BLKDISCARD
	0x1278:     uintOut,        // BLKIOMIN
	0x1279:     uintOut,        // BLKIOOPT
	0x127a:     intOut,         // BLKALIGNOFF
	0x127b:     uintOut,        // BLKPBSZGET
	0x127c:     uintOut,        // BLKDISCARDZEROES
	0x127d:     blockRange,     // BLKSECDISCARD
	0x127e:     argp(out(u16)), // BLKROTATIONAL
	0x127f:     blockRange,     // BLKZEROOUT

	0xb701: bare,            // NS_GET_USERNS
	0xb702: bare,            // NS_GET_PARENT
	0xb703: bare,            // NS_GET_NSTYPE
	0xb704: argp(out(unum)), // NS_GET_OWNER_UID

	0xc020660b: argp(custom("fiemap")), // FS_IOC_FIEMAP
	0x801c581f: argp(out(getXattr)),    // FS_IOC_FSGETXATTR
	0x401c5820: argp(in(setXattr)),     // FS_IOC_FSSETXATTR

	0x8901: intIn,  // FIOSETOWN
	0x8902: intIn,  // SIOCSPGRP
	0x8903: intOut, // FIOGETOWN
	0x8904: intOut, // SIOCGPGRP
	0x8905: intOut, // SIOCATMARK

	0x8910: ifAnswer,                         // SIOCGIFNAME
	0x8912: argp(in(Custom{Name: "ifconf"})), // SIOCGIFCONF
	0x8913: ifAnswer,                         // SIOCGIFFLAGS
	0x8914: ifWish,                           // SIOCSIFFLAGS
	0x8915: ifAnswer,                         // SIOCGIFADDR
	0x8916: ifWish,                           // SIOCSIFADDR
	0x8917: ifAnswer,                         // SIOCGIFDSTADDR
	0x8918: ifWish,                           // SIOCSIFDSTADDR
	0x8919: ifAnswer,                         // SIOCGIFBRDADDR
	0x891a: ifWish,                           // SIOCSIFBRDADDR
	0x891b: ifAnswer,                         // SIOCGIFNETMASK
	0x891c: ifWish,                           // SIOCSIFNETMASK
	0x891d: ifAnswer,                         // SIOCGIFMETRIC
	0x891e: ifWish,                           // SIOCSIFMETRIC
	0x8921: ifAnswer,                         // SIOCGIFMTU
	0x8922: ifWish,                           // SIOCSIFMTU
	0x8923: ifWish,                           // SIOCSIFNAME
	0x8924: ifWish,                           // SIOCSIFHWADDR
	0x8927: ifAnswer,                         // SIOCGIFHWADDR
	0x8933: ifAnswer,                         // SIOCGIFINDEX
	0x8942: ifAnswer,                         // SIOCGIFTXQLEN
	0x8943: ifWish,                           // SIOCSIFTXQLEN
	0x89a0: argp(str),                        // SIOCBRADDBR
	0x89a1: argp(str),                        // SIOCBRDELBR
}

func argp(t Type) params { return params{{Name: "argp", Type: t}} }

var ioctlCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "ioctl", Class: Desc, Ret: num, Params: params{
			{Name: "fd", Type: fd}, {Name: "op", Type: customOf(4, "ioctlCommand")},
			{Type: &Rest{On: "op", Cases: ioctlCases, Else: argp(custom("ioctlArg", "op"))}},
		}},
	}
})
