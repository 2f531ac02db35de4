package syscalls

import (
	"github.com/trapline/trapline/uapi"
)

var (
	prctlAfter = customOf(4, "prctlAfter", "option")
	// prctlRet is hexadecimal where the result has names.
	prctlRet = Switch{On: "option", Cases: map[uint64]Type{27: hex, 52: hex, 66: hex}, Else: num}
)

var prctlCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "prctl", Class: Creds, Ret: prctlRet, After: prctlAfter, Params: params{{Name: "option", Type: enum(uapi.PrctlOptions)}, prctlRest}},
	}
})

// options makes parameters of types, named as the manual page names them.
func options(types ...Type) []Param {
	names := [...]string{"arg2", "arg3", "arg4", "arg5"}
	list := make([]Param, len(types))
	for i, t := range types {
		list[i] = Param{Name: names[i], Type: t}
	}
	return list
}

var (
	capability = enumOf(Long, uapi.Capabilities)
	prctlName  = Custom{Name: "taskName"}
	fourHex    = options(lhex, lhex, lhex, lhex)
)

// prctlRest is what follows each option. Options that are not here are followed by
// four words.
var prctlRest = Param{Type: &Rest{On: "option", Else: fourHex, Cases: map[uint64][]Param{
	1:          options(Bits{Width: Long, Set: uapi.Signals}), // PR_SET_PDEATHSIG
	2:          options(out(sig)),                             // PR_GET_PDEATHSIG
	3:          {},                                            // PR_GET_DUMPABLE
	4:          options(enumOf(Long, uapi.PrctlDumpable)),     // PR_SET_DUMPABLE
	5:          options(out(flags(uapi.PrctlUnalign))),        // PR_GET_UNALIGN
	6:          options(flagsOf(Long, uapi.PrctlUnalign)),     // PR_SET_UNALIGN
	7:          {},                                            // PR_GET_KEEPCAPS
	8:          options(ulong),                                // PR_SET_KEEPCAPS
	9:          options(out(unum)),                            // PR_GET_FPEMU
	10:         options(ulong),                                // PR_SET_FPEMU
	11:         options(out(unum)),                            // PR_GET_FPEXC
	12:         options(ulong),                                // PR_SET_FPEXC
	13:         {},                                            // PR_GET_TIMING
	14:         options(ulong),                                // PR_SET_TIMING
	15:         options(in(Custom{Name: "newTaskName"})),      // PR_SET_NAME
	16:         options(out(prctlName)),                       // PR_GET_NAME
	19:         options(out(unum)),                            // PR_GET_ENDIAN
	20:         options(ulong),                                // PR_SET_ENDIAN
	21:         {},                                            // PR_GET_SECCOMP
	22:         {{Name: "arg2", Type: enumOf(Long, uapi.SeccompModes)}, prctlSeccomp},
	23:         options(capability),                     // PR_CAPBSET_READ
	24:         options(capability),                     // PR_CAPBSET_DROP
	25:         options(out(enum(uapi.PrctlTSC))),       // PR_GET_TSC
	26:         options(enumOf(Long, uapi.PrctlTSC)),    // PR_SET_TSC
	27:         {},                                      // PR_GET_SECUREBITS
	28:         options(flagsOf(Long, uapi.Securebits)), // PR_SET_SECUREBITS
	29:         options(ulong),                          // PR_SET_TIMERSLACK
	30:         {},                                      // PR_GET_TIMERSLACK
	31:         {},                                      // PR_TASK_PERF_EVENTS_DISABLE
	32:         {},                                      // PR_TASK_PERF_EVENTS_ENABLE
	33:         options(enumOf(Long, uapi.PrctlMCEKill), Switch{On: "arg2", Cases: map[uint64]Type{1: enumOf(Long, uapi.PrctlMCEKillPolicy)}, Else: lhex}, lhex, lhex),
	34:         fourHex,                                               // PR_MCE_KILL_GET
	35:         options(enumOf(Long, uapi.PrctlMM), lhex, lhex, lhex), // PR_SET_MM
	36:         options(ulong),                                        // PR_SET_CHILD_SUBREAPER
	37:         options(out(unum)),                                    // PR_GET_CHILD_SUBREAPER
	38:         options(ulong, lhex, lhex, lhex),                      // PR_SET_NO_NEW_PRIVS
	39:         fourHex,                                               // PR_GET_NO_NEW_PRIVS
	40:         options(out(addr)),                                    // PR_GET_TID_ADDRESS
	41:         options(ulong, lhex, lhex, lhex),                      // PR_SET_THP_DISABLE
	42:         fourHex,                                               // PR_GET_THP_DISABLE
	45:         options(flagsOf(Long, uapi.PrctlFPMode)),              // PR_SET_FP_MODE
	46:         {},                                                    // PR_GET_FP_MODE
	47:         options(enumOf(Long, uapi.PrctlCapAmbient), ambientCap, lhex, lhex),
	50:         options(custom("vectorLength")), // PR_SVE_SET_VL
	51:         {},                              // PR_SVE_GET_VL
	52:         options(enumOf(Long, uapi.PrctlSpeculation)),
	53:         options(enumOf(Long, uapi.PrctlSpeculation), speculationControl),
	54:         options(flagsOf(Long, uapi.PrctlPACKeys), lhex, lhex, lhex), // PR_PAC_RESET_KEYS
	55:         options(custom("taggedAddr"), lhex, lhex, lhex),             // PR_SET_TAGGED_ADDR_CTRL
	56:         fourHex,                                                     // PR_GET_TAGGED_ADDR_CTRL
	59:         options(enumOf(Long, uapi.PrctlDispatch), lhex, lhex, Switch{On: "arg2", Cases: map[uint64]Type{0: addr}, Else: lhex}),
	60:         options(flagsOf(Long, uapi.PrctlPACKeys), flagsOf(Long, uapi.PrctlPACKeys), lhex, lhex),
	61:         fourHex, // PR_PAC_GET_ENABLED_KEYS
	62:         options(enumOf(Long, uapi.PrctlSchedCore), Bits{Width: Long}, custom("pidType"), lhex),
	63:         options(custom("streamingLength")),                       // PR_SME_SET_VL
	64:         {},                                                       // PR_SME_GET_VL
	65:         options(flagsOf(Long, uapi.PrctlMDWE), lhex, lhex, lhex), // PR_SET_MDWE
	66:         fourHex,                                                  // PR_GET_MDWE
	70:         {},                                                       // PR_RISCV_V_GET_CONTROL
	71:         options(enumOf(Long, uapi.PrctlICache), enumOf(Long, uapi.PrctlICacheScope)),
	72:         options(flagsOf(Long, uapi.PrctlDEXCR), lhex, lhex, lhex),                                  // PR_PPC_GET_DEXCR
	73:         options(flagsOf(Long, uapi.PrctlDEXCR), flagsOf(Long, uapi.PrctlDEXCRControl), lhex, lhex), // PR_PPC_SET_DEXCR
	0x59616d61: options(PID{Set: anyTracer}),                                                               // PR_SET_PTRACER
	0x53564d41: {{Name: "arg2", Type: enumOf(Long, uapi.PrctlVMA)}, prctlVMA},                              // PR_SET_VMA
}}}

var (
	ambientCap = Switch{On: "arg2", Cases: map[uint64]Type{1: capability, 2: capability, 3: capability}, Else: lhex}

	speculationControl = Switch{On: "arg2", Cases: map[uint64]Type{
		0: enumOf(Long, uapi.PrctlSpeculationControl), 1: enumOf(Long, uapi.PrctlSpeculationControl), 2: enumOf(Long, uapi.PrctlSpeculationControl),
	}, Else: lhex}

	anyTracer = &uapi.Set{Name: "tracers", Consts: []uapi.Const{{Name: "PR_SET_PTRACER_ANY", Value: 1<<32 - 1}}}
)

// prctlSeccomp is what follows the mode of PR_SET_SECCOMP.
var prctlSeccomp = Param{Type: &Rest{On: "arg2",
	Cases: map[uint64][]Param{1: {}, 2: {{Name: "arg3", Type: in(sockFprog)}}},
	Else:  []Param{{Name: "arg3", Type: lhex}, {Name: "arg4", Type: lhex}, {Name: "arg5", Type: lhex}},
}}

// prctlVMA is what follows the attribute of PR_SET_VMA.
var prctlVMA = Param{Type: &Rest{On: "arg2",
	Cases: map[uint64][]Param{0: {{Name: "addr", Type: lhex}, {Name: "len", Type: ulong}, {Name: "name", Type: str}}},
	Else:  []Param{{Name: "arg3", Type: lhex}, {Name: "arg4", Type: lhex}, {Name: "arg5", Type: lhex}},
}}
