package procfs

import (
	"strings"
	"testing"
)

func TestYamaScopes(t *testing.T) {
	for scope, said := range map[string]bool{"0": false, "1": true, "2": true, "3": true, "": false} {
		if hint := yamaScopes[scope]; strings.Contains(hint, "kernel.yama.ptrace_scope is "+scope+":") != said {
			t.Errorf("%q: %q", scope, hint)
		}
	}
}
