package procfs

// Yama says what the Yama security module allows of tracing and what to do about it;
// nothing where it allows everything.
func Yama() string {
	scope, err := Sysctl("kernel/yama/ptrace_scope")
	if err != nil {
		return ""
	}
	return yamaScopes[scope]
}

var yamaScopes = map[string]string{
	"1": "kernel.yama.ptrace_scope is 1: a process may trace only its descendants; be root, or run sysctl kernel.yama.ptrace_scope=0",
	"2": "kernel.yama.ptrace_scope is 2: only root may attach; be root",
	"3": "kernel.yama.ptrace_scope is 3: nobody may attach until the next boot",
}
