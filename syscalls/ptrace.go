package syscalls

import "github.com/trapline/trapline/uapi"

var ptraceCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "ptrace", Ret: num, Params: params{{Name: "op", Type: enumOf(Long, uapi.PtraceRequests)}, ptraceRest()}},
	}
})

var (
	ptracePid    = Param{Name: "pid", Type: pid}
	ptraceAddr   = Param{Name: "addr", Type: addr}
	ptraceSize   = Param{Name: "addr", Type: ulong}
	ptraceOffset = Param{Name: "addr", Type: custom("userOffset")}
)

// ptraced makes the parameters of a request that shows all three.
func ptraced(address Param, data Type) []Param {
	return []Param{ptracePid, address, {Name: "data", Type: data}}
}

// registers makes the parameters of a request on all registers, whose address
// means nothing; strace calls what they are read from or written to the address.
func registers(data Type) []Param {
	return []Param{ptracePid, {Name: "addr", Type: data, Reg: 4}}
}

var (
	ptraceOptions = flagsOf(Long, uapi.PtraceOptions)
	ptraceSignal  = customOf(4, "ptraceSignal")
	ptraceMask    = Custom{Name: "sigset", Args: []string{"addr"}}
	resumed       = ptraced(ptraceAddr, ptraceSignal)
	traceOptions  = ptraced(ptraceAddr, ptraceOptions)
	registerSet   = Param{Name: "addr", Type: enum(uapi.RegisterSets)}
)

// peekArgs is struct ptrace_peeksiginfo_args.
func peekArgs() *Record {
	return record("ptrace_peeksiginfo_args", fields{{Name: "off", Type: u64}, {Name: "flags", Type: flags(uapi.PtracePeekFlags)}, {Name: "nr", Type: unum}})
}

// ptraceRest is what follows each request of ptrace.
func ptraceRest() Param {
	return Param{Type: &Rest{On: "op", Else: ptraced(ptraceAddr, addr), Cases: map[uint64][]Param{
		0:      {},                                                                                            // PTRACE_TRACEME
		1:      ptraced(ptraceAddr, out(addr)),                                                                // PTRACE_PEEKTEXT
		2:      ptraced(ptraceAddr, out(addr)),                                                                // PTRACE_PEEKDATA
		3:      ptraced(ptraceOffset, out(addr)),                                                              // PTRACE_PEEKUSER
		4:      ptraced(ptraceAddr, addr),                                                                     // PTRACE_POKETEXT
		5:      ptraced(ptraceAddr, addr),                                                                     // PTRACE_POKEDATA
		6:      ptraced(ptraceOffset, addr),                                                                   // PTRACE_POKEUSER
		7:      resumed,                                                                                       // PTRACE_CONT
		8:      {ptracePid},                                                                                   // PTRACE_KILL
		9:      resumed,                                                                                       // PTRACE_SINGLESTEP
		12:     registers(out(Custom{Name: "userRegisters"})),                                                 // PTRACE_GETREGS
		13:     registers(in(Custom{Name: "userRegisters"})),                                                  // PTRACE_SETREGS
		14:     registers(out(Custom{Name: "fpRegisters"})),                                                   // PTRACE_GETFPREGS
		15:     registers(in(Custom{Name: "fpRegisters"})),                                                    // PTRACE_SETFPREGS
		16:     {ptracePid},                                                                                   // PTRACE_ATTACH
		17:     resumed,                                                                                       // PTRACE_DETACH
		21:     traceOptions,                                                                                  // PTRACE_OLDSETOPTIONS
		24:     resumed,                                                                                       // PTRACE_SYSCALL
		31:     resumed,                                                                                       // PTRACE_SYSEMU
		32:     resumed,                                                                                       // PTRACE_SYSEMU_SINGLESTEP
		33:     resumed,                                                                                       // PTRACE_SINGLEBLOCK
		0x4200: traceOptions,                                                                                  // PTRACE_SETOPTIONS
		0x4201: ptraced(ptraceAddr, out(ulong)),                                                               // PTRACE_GETEVENTMSG
		0x4202: ptraced(ptraceAddr, out(siginfo)),                                                             // PTRACE_GETSIGINFO
		0x4203: ptraced(ptraceAddr, in(siginfo)),                                                              // PTRACE_SETSIGINFO
		0x4204: ptraced(registerSet, customOf(Long, "registersGot", "addr")),                                  // PTRACE_GETREGSET
		0x4205: ptraced(registerSet, customOf(Long, "registersSet", "addr")),                                  // PTRACE_SETREGSET
		0x4206: traceOptions,                                                                                  // PTRACE_SEIZE
		0x4207: {ptracePid},                                                                                   // PTRACE_INTERRUPT
		0x4208: {ptracePid},                                                                                   // PTRACE_LISTEN
		0x4209: ptraced(Param{Name: "addr", Type: in(peekArgs())}, out(array(siginfo, Result))),               // PTRACE_PEEKSIGINFO
		0x420a: ptraced(ptraceSize, out(ptraceMask)),                                                          // PTRACE_GETSIGMASK
		0x420b: ptraced(ptraceSize, in(ptraceMask)),                                                           // PTRACE_SETSIGMASK
		0x420c: ptraced(ptraceSize, addr),                                                                     // PTRACE_SECCOMP_GET_FILTER
		0x420d: ptraced(ptraceSize, in(Custom{Name: "filterMetadata", Args: []string{"addr"}})),               // PTRACE_SECCOMP_GET_METADATA
		0x420e: ptraced(ptraceSize, out(Custom{Name: "syscallInfo", Args: []string{"addr", string(Result)}})), // PTRACE_GET_SYSCALL_INFO
		0x4212: ptraced(ptraceSize, in(Custom{Name: "syscallInfo", Args: []string{"addr", "addr"}})),          // PTRACE_SET_SYSCALL_INFO
	}}}
}
