package main

import (
	"os"
	"strings"
	"testing"
)

// What gcc says of a header of our own, under each ABI.
func TestLayouts(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"include/usr/include/linux/version.h": "#define LINUX_VERSION_MAJOR 7\n",
		"include/usr/include/linux/x.h": `
struct in { char c; short s; };
struct x {
	int i;
	long long l;
	union { void *p; struct in named; };
	struct { char c; short s; } pairs[3];
	unsigned bit : 3;
};
struct unseen;
#ifdef __aarch64__
typedef struct { struct unseen *end; } only_t;
#endif
`,
		"syscalls/layout.set": "include linux/x.h\nstruct x\nstruct other = only_t\n",
	})
	h, err := openHeaders(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(h.scratch)
	got, err := h.layouts(dir)
	if err != nil {
		t.Fatal(err)
	}
	const want = `amd64,arm64 x i:0+4 l:8+8 p:16+8 named:16+4 named.c:16+1 named.s:18+2 pairs:24+12 pairs.c:24+1 pairs.s:26+2 =40
i386 x i:0+4 l:4+8 p:12+4 named:12+4 named.c:12+1 named.s:14+2 pairs:16+12 pairs.c:16+1 pairs.s:18+2 =32
arm64 other end:0+8 =8
`
	if !strings.HasSuffix(string(got), "headers.\n"+want) {
		t.Errorf("got:\n%s", got)
	}
	writeFiles(t, dir, map[string]string{"syscalls/layout.set": "include linux/x.h\nstruct unseen\n"})
	if _, err := h.layouts(dir); err == nil || !strings.Contains(err.Error(), "no header it includes has a structure unseen") {
		t.Errorf("an incomplete structure: %v", err)
	}
}
