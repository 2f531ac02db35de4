package ptrace

import (
	"syscall"
	"testing"
)

// TestFeatures holds each feature's minimum version against the running kernel.
func TestFeatures(t *testing.T) {
	c := seized(t, options, "cat")
	kernel, err := KernelVersion()
	must(t, err)
	for _, f := range Features {
		has, err := f.Probe(c.pid)
		must(t, err)
		if want := !kernel.Less(f.Since); has != want {
			t.Errorf("%s is there: %v; Linux %v should have it: %v", f.Name, has, kernel, want)
		}
		if again, err := f.Probe(-1); err != nil || again != has { // known by now
			t.Errorf("%s: asked again: %v, %v", f.Name, again, err)
		}
	}
}

func TestUnknownRequest(t *testing.T) {
	c := seized(t, options, "cat")
	f := Feature{Name: "PTRACE_NONE", request: &request{0x42ff, "nothing"}}
	_, err := f.Probe(1 << 30)
	refused(t, err, syscall.ESRCH)
	for range 2 {
		if has, err := f.Probe(c.pid); err != nil || has {
			t.Errorf("the kernel has request 0x42ff: %v, %v", has, err)
		}
	}
}

func TestVersion(t *testing.T) {
	for release, want := range map[string]Version{"6.18.44-fc-v669": {6, 18}, "5.3": {5, 3}, "7.0-rc1": {7, 0}} {
		if got, err := ParseVersion(release); err != nil || got != want {
			t.Errorf("%s: %v, %v", release, got, err)
		}
	}
	for _, bad := range []string{"", "6", "x.y"} {
		if got, err := ParseVersion(bad); err == nil {
			t.Errorf("%q gave %v", bad, got)
		}
	}
	if !(Version{5, 13}).Less(Version{6, 4}) || !(Version{5, 3}).Less(Version{5, 13}) || (Version{6, 4}).Less(Version{6, 4}) {
		t.Error("Less is wrong")
	}
}
