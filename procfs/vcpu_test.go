package procfs

import (
	"os"
	"testing"
)

func TestMappedOnce(t *testing.T) {
	const name = vcpuName + "0"
	maps := []Mapping{
		{Start: 0x1000, Path: vcpuName + "1"},
		{Start: 0x2000, Path: name, Offset: 0x3000},
		{Start: 0x4000, Path: name},
	}
	if at := mappedOnce(maps, name); at != 0x4000 {
		t.Errorf("at %#x", at)
	}
	if at := mappedOnce(append(maps, Mapping{Start: 0x8000, Path: name}), name); at != 0 {
		t.Errorf("two machines: at %#x", at)
	}
}

func TestVCPUOfAFile(t *testing.T) {
	f, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if v, err := VCPU(os.Getpid(), int(f.Fd())); v != nil || err != nil {
		t.Errorf("VCPU of /dev/null: %+v, %v", v, err)
	}
}
