package syscalls

import "github.com/trapline/trapline/uapi"

// The commands of fcntl whose argument is not a plain number.
const (
	fDupFD       = 0
	fGetFD       = 1
	fSetFD       = 2
	fGetFL       = 3
	fSetFL       = 4
	fGetLk       = 5
	fSetLk       = 6
	fSetLkW      = 7
	fSetOwn      = 8
	fGetOwn      = 9
	fSetSig      = 10
	fGetSig      = 11
	fGetLk64     = 12
	fSetLk64     = 13
	fSetLkW64    = 14
	fSetOwnEx    = 15
	fGetOwnEx    = 16
	fGetOwnUIDs  = 17
	fOFDGetLk    = 36
	fOFDSetLk    = 37
	fOFDSetLkW   = 38
	fSetLease    = 1024
	fGetLease    = 1025
	fNotify      = 1026
	fDupFDQuery  = 1027
	fDupFDExec   = 1030
	fSetPipe     = 1031
	fGetPipe     = 1032
	fAddSeals    = 1033
	fGetSeals    = 1034
	fGetHint     = 1035
	fSetHint     = 1036
	fGetFileHint = 1037
	fSetFileHint = 1038
	fGetDeleg    = 1039
	fSetDeleg    = 1040
)

var (
	lockType = enumOf(2, uapi.LockTypes)
	lockBase = enumOf(2, uapi.Whence)

	setLock   = in(lock("flock", klong, hidden(pid)))
	getLock   = out(lock("flock", klong, pid))
	setLock64 = in(lock("flock64", s64, hidden(pid)))
	getLock64 = out(lock("flock64", s64, pid))

	ownerID = Switch{On: "type", Cases: map[uint64]Type{2: pgid}, Else: pid}

	deleg     = record("delegation", fields{{Name: "d_flags", Type: hex}, {Name: "d_type", Type: lockType}, {Name: "__pad", Type: x16}})
	plainWord = custom("plainWord") // a word that counts as a signed one of 64 bits

	hint = enumOf(8, uapi.WriteHints)
)

// ownerEx is struct f_owner_ex.
func ownerEx() *Record {
	return record("f_owner_ex", fields{{Name: "type", Type: enum(uapi.OwnerTypes)}, {Name: "pid", Type: ownerID}})
}

// lock is a lock of a part of a file, with offsets of a width; the kernel alone tells who holds it.
func lock(name string, offset Bits, holder Type) *Record {
	return record(name, fields{
		{Name: "l_type", Type: lockType}, {Name: "l_whence", Type: lockBase},
		{Name: "l_start", Type: offset}, {Name: "l_len", Type: offset}, {Name: "l_pid", Type: holder},
	})
}

// arg is the third parameter of fcntl.
func arg(t Type) params { return params{{Name: "arg", Type: t}} }

// fcntlCases are what follows each operation of fcntl.
func fcntlCases() map[uint64][]Param {
	return map[uint64][]Param{
		fDupFD:       arg(plainWord),
		fDupFDExec:   arg(plainWord),
		fDupFDQuery:  arg(fd),
		fGetFD:       {},
		fSetFD:       arg(flags(uapi.DescriptorFlags)),
		fGetFL:       {},
		fSetFL:       arg(openFlags),
		fGetLk:       arg(getLock),
		fSetLk:       arg(setLock),
		fSetLkW:      arg(setLock),
		fOFDGetLk:    arg(getLock64),
		fOFDSetLk:    arg(setLock64),
		fOFDSetLkW:   arg(setLock64),
		fSetOwn:      arg(pid),
		fGetOwn:      {},
		fSetSig:      arg(sig),
		fGetSig:      {},
		fSetOwnEx:    arg(in(ownerEx())),
		fGetOwnEx:    arg(out(ownerEx())),
		fSetLease:    arg(enumOf(Long, uapi.LockTypes)),
		fGetLease:    {},
		fNotify:      arg(flagsOf(Long, uapi.NotifyEvents)),
		fSetPipe:     arg(plainWord),
		fGetPipe:     {},
		fAddSeals:    arg(flagsOf(Long, uapi.Seals)),
		fGetSeals:    {},
		fGetHint:     arg(out(hint)),
		fSetHint:     arg(in(hint)),
		fGetFileHint: arg(out(hint)),
		fSetFileHint: arg(in(hint)),
		fGetDeleg:    arg(out(deleg)),
		fSetDeleg:    arg(in(deleg)),
	}
}

// fcntl64Cases adds the 64-bit locks, which only fcntl64 knows.
func fcntl64Cases() map[uint64][]Param {
	all := fcntlCases()
	for _, cmd := range [...]uint64{fSetLk64, fSetLkW64} {
		all[cmd] = arg(setLock64)
	}
	all[fGetLk64] = arg(getLock64)
	return all
}

// fcntlRet is hexadecimal where the result is bits, which stand behind it by name.
func fcntlRet() Switch {
	return Switch{On: "op", Else: num, Cases: map[uint64]Type{
		fDupFD: fd, fDupFDExec: fd, fGetFD: hex, fGetFL: hex, fGetLease: hex, fGetSeals: hex, fGetOwn: pid,
	}}
}

var fcntlCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "fcntl", Class: Desc, Ret: fcntlRet(), After: custom("fcntlAfter", "op"), Params: params{
			{Name: "fd", Type: fd}, {Name: "op", Type: enum(uapi.FcntlCommands)},
			{Type: &Rest{On: "op", Cases: fcntlCases(), Else: arg(lhex)}},
		}},
		{Name: "fcntl64", Class: Desc, Ret: fcntlRet(), After: custom("fcntlAfter", "op"), Params: params{
			{Name: "fd", Type: fd}, {Name: "op", Type: enum(uapi.FcntlCommands)},
			{Type: &Rest{On: "op", Cases: fcntl64Cases(), Else: arg(lhex)}},
		}},
	}
})
