package syscalls

import (
	"fmt"
	"strings"

	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

var prctlAfter = customOf(4, "prctlAfter", "op")

// prctlRet is hexadecimal where the result has names.
func prctlRet() Switch {
	return Switch{On: "op", Cases: map[uint64]Type{27: hex, 30: long, 52: hex, 66: hex}, Else: num}
}

var prctlCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "prctl", Class: Creds, Ret: prctlRet(), After: prctlAfter, Params: params{{Name: "op", Type: enum(uapi.PrctlOptions)}, prctlRest()}},
	}
})

// options makes the parameters behind an option. Those without one of the names, which are
// separated by spaces, are named after their place.
func options(names string, types ...Type) []Param { return optionsFrom(2, names, types...) }

// optionsFrom is options whose first parameter is not the second of the call but a later one.
func optionsFrom(place int, names string, types ...Type) []Param {
	list := make([]Param, len(types))
	named := strings.Fields(names)
	for i, t := range types {
		list[i] = Param{Name: fmt.Sprint("arg", place+i), Type: t}
		if i < len(named) {
			list[i].Name = named[i]
		}
	}
	return list
}

var (
	capability = enumOf(Long, uapi.Capabilities)
	prctlName  = Custom{Name: "taskName"}
	fourHex    = options("", lhex, lhex, lhex, lhex)
)

// prctlRest is what follows each option. Options that are not here are followed by
// four words.
func prctlRest() Param {
	return Param{Type: &Rest{On: "op", Else: fourHex, Cases: map[uint64][]Param{
		1:          options("sig", Bits{Width: Long, Form: value.Unsigned, Set: uapi.Signals}), // PR_SET_PDEATHSIG
		2:          options("sig", out(sig)),                                                   // PR_GET_PDEATHSIG
		3:          {},                                                                         // PR_GET_DUMPABLE
		4:          options("dumpable", enumOf(Long, uapi.PrctlDumpable)),                      // PR_SET_DUMPABLE
		5:          options("flags", out(flags(uapi.PrctlUnalign))),                            // PR_GET_UNALIGN
		6:          options("flags", flags(uapi.PrctlUnalign)),                                 // PR_SET_UNALIGN
		7:          {},                                                                         // PR_GET_KEEPCAPS
		8:          options("state", ulong),                                                    // PR_SET_KEEPCAPS
		9:          options("fpemu", out(unum)),                                                // PR_GET_FPEMU
		10:         options("fpemu", ulong),                                                    // PR_SET_FPEMU
		11:         options("mode", out(unum)),                                                 // PR_GET_FPEXC
		12:         options("mode", ulong),                                                     // PR_SET_FPEXC
		13:         {},                                                                         // PR_GET_TIMING
		14:         options("mode", ulong),                                                     // PR_SET_TIMING
		15:         options("name", in(Custom{Name: "newTaskName"})),                           // PR_SET_NAME
		16:         options("name", out(prctlName)),                                            // PR_GET_NAME
		19:         options("endianness", out(unum)),                                           // PR_GET_ENDIAN
		20:         options("endianness", ulong),                                               // PR_SET_ENDIAN
		21:         {},                                                                         // PR_GET_SECCOMP
		22:         {{Name: "mode", Type: enumOf(Long, uapi.SeccompModes)}, prctlSeccomp()},
		23:         options("cap", capability),                       // PR_CAPBSET_READ
		24:         options("cap", capability),                       // PR_CAPBSET_DROP
		25:         options("flag", out(enum(uapi.PrctlTSC))),        // PR_GET_TSC
		26:         options("flag", enum(uapi.PrctlTSC)),             // PR_SET_TSC
		27:         {},                                               // PR_GET_SECUREBITS
		28:         options("flags", flagsOf(Long, uapi.Securebits)), // PR_SET_SECUREBITS
		29:         options("slack", long),                           // PR_SET_TIMERSLACK
		30:         {},                                               // PR_GET_TIMERSLACK
		31:         {},                                               // PR_TASK_PERF_EVENTS_DISABLE
		32:         {},                                               // PR_TASK_PERF_EVENTS_ENABLE
		33:         {{Name: "operation", Type: enumOf(Long, uapi.PrctlMCEKill)}, prctlMCEKill()},
		34:         fourHex,                                                    // PR_MCE_KILL_GET
		35:         options("operation", enum(uapi.PrctlMM), lhex, lhex, lhex), // PR_SET_MM
		36:         options("set", ulong),                                      // PR_SET_CHILD_SUBREAPER
		37:         options("isset", out(unum)),                                // PR_GET_CHILD_SUBREAPER
		38:         options("set", ulong, lhex, lhex, lhex),                    // PR_SET_NO_NEW_PRIVS
		39:         fourHex,                                                    // PR_GET_NO_NEW_PRIVS
		40:         options("addr", out(addr)),                                 // PR_GET_TID_ADDRESS
		41:         options("flag", ulong, lhex, lhex, lhex),                   // PR_SET_THP_DISABLE
		42:         fourHex,                                                    // PR_GET_THP_DISABLE
		45:         options("mode", flags(uapi.PrctlFPMode)),                   // PR_SET_FP_MODE
		46:         {},                                                         // PR_GET_FP_MODE
		47:         {{Name: "operation", Type: enumOf(Long, uapi.PrctlCapAmbient)}, prctlCapAmbient()},
		57:         options("state", ulong, lhex, lhex, lhex), // PR_SET_IO_FLUSHER
		58:         fourHex,                                   // PR_GET_IO_FLUSHER
		50:         options("value", custom("vectorLength")),  // PR_SVE_SET_VL
		51:         {},                                        // PR_SVE_GET_VL
		52:         options("misfeature", enumOf(Long, uapi.PrctlSpeculation)),
		53:         options("misfeature value", enumOf(Long, uapi.PrctlSpeculation), speculationControl()),
		54:         options("keys", flagsOf(Long, uapi.PrctlPACKeys), lhex, lhex, lhex), // PR_PAC_RESET_KEYS
		55:         options("mode", custom("taggedAddr"), lhex, lhex, lhex),             // PR_SET_TAGGED_ADDR_CTRL
		56:         fourHex,                                                             // PR_GET_TAGGED_ADDR_CTRL
		59:         options("operation off size switch", enumOf(Long, uapi.PrctlDispatch), lhex, lhex, addr),
		60:         options("bitmask_affected bitmask_set", flagsOf(Long, uapi.PrctlPACEnabled), flagsOf(Long, uapi.PrctlPACEnabled), lhex, lhex),
		61:         fourHex, // PR_PAC_GET_ENABLED_KEYS
		62:         {{Name: "operation", Type: enum(uapi.PrctlSchedCore)}, {Name: "pid", Type: num}, {Name: "pid_type", Type: enum(uapi.PidTypes)}, prctlCookie()},
		63:         options("arg", custom("streamingLength")),                // PR_SME_SET_VL
		64:         {},                                                       // PR_SME_GET_VL
		65:         options("mask", flags(uapi.PrctlMDWE), lhex, lhex, lhex), // PR_SET_MDWE
		66:         fourHex,                                                  // PR_GET_MDWE
		69:         options("value", custom("vectorControl")),                // PR_RISCV_V_SET_CONTROL
		70:         {},                                                       // PR_RISCV_V_GET_CONTROL
		71:         options("ctx scope", enumOf(Long, uapi.PrctlICache), enumOf(Long, uapi.PrctlICacheScope)),
		72:         options("which", flagsOf(Long, uapi.PrctlDEXCR), lhex, lhex, lhex),                                       // PR_PPC_GET_DEXCR
		73:         options("which ctrl", flagsOf(Long, uapi.PrctlDEXCR), flagsOf(Long, uapi.PrctlDEXCRControl), lhex, lhex), // PR_PPC_SET_DEXCR
		0x59616d61: options("pid", PID{Set: anyTracer}),                                                                      // PR_SET_PTRACER
		0x53564d41: {{Name: "attr", Type: enumOf(Long, uapi.PrctlVMA)}, prctlVMA()},                                          // PR_SET_VMA
	}}}
}

var anyTracer = &uapi.Set{Name: "tracers", Consts: []uapi.Const{{Name: "PR_SET_PTRACER_ANY", Value: 1<<32 - 1}}}

// speculationControl is the control of a kind of speculation.
func speculationControl() Switch {
	return Switch{On: "misfeature", Cases: map[uint64]Type{
		0: enumOf(Long, uapi.PrctlSpeculationControl), 1: enumOf(Long, uapi.PrctlSpeculationControl), 2: enumOf(Long, uapi.PrctlSpeculationControl),
	}, Else: lhex}
}

var (
	threeHex   = optionsFrom(3, "", lhex, lhex, lhex)
	ambientCap = optionsFrom(3, "caps", capability, lhex, lhex)
)

// prctlMCEKill is what follows the second argument of PR_MCE_KILL.
func prctlMCEKill() Param {
	return Param{Type: &Rest{On: "operation",
		Cases: map[uint64][]Param{1: optionsFrom(3, "policy", enumOf(Long, uapi.PrctlMCEKillPolicy), lhex, lhex)}, Else: threeHex}}
}

// prctlCapAmbient is that of PR_CAP_AMBIENT.
func prctlCapAmbient() Param {
	return Param{Type: &Rest{On: "operation",
		Cases: map[uint64][]Param{1: ambientCap, 2: ambientCap, 3: ambientCap}, Else: threeHex}}
}

// prctlSeccomp is that of PR_SET_SECCOMP.
func prctlSeccomp() Param {
	return Param{Type: &Rest{On: "mode",
		Cases: map[uint64][]Param{1: {}, 2: {{Name: "filter", Type: in(sockFprog)}}}, Else: threeHex}}
}

// prctlVMA is that of PR_SET_VMA.
func prctlVMA() Param {
	return Param{Type: &Rest{On: "attr",
		Cases: map[uint64][]Param{0: {{Name: "addr", Type: addr}, {Name: "size", Type: ulong}, {Name: "name", Type: str}}}, Else: threeHex}}
}

// prctlCookie is what follows the fourth of PR_SCHED_CORE.
func prctlCookie() Param {
	return Param{Type: &Rest{On: "operation",
		Cases: map[uint64][]Param{0: {{Name: "cookie", Type: addr}}}, Else: []Param{{Name: "arg5", Type: lhex}}}}
}
