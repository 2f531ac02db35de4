package probe

import "testing"

// What a user writes is a place in the files that it names, and in no others.
func TestParsePlace(t *testing.T) {
	const libc, python, server = "/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/libpython3.11.so.1.0", "/srv/server"
	for text, want := range map[string]Place{
		"parse":                    {Function: "parse"},
		"shop::Order::total":       {Function: "shop::Order::total"},
		"main.(*Store).Put":        {Function: "main.(*Store).Put"},
		"server.c:parse":           {Function: "server.c:parse"},
		"server.c:12":              {File: "server.c", Line: 12},
		"libc:malloc":              {Module: "libc", Function: "malloc"},
		"libc.so.6:malloc":         {Module: "libc.so.6", Function: "malloc"},
		"libpython3.11:PyList_New": {Module: "libpython3.11", Function: "PyList_New"},
		"libpython*:PyList_New":    {Module: "libpython*", Function: "PyList_New"},
		"server:server.c:12":       {Module: "server", File: "server.c", Line: 12},
		"0x1149":                   {Addr: 0x1149},
		"libc:0x9f1c0":             {Module: "libc", Addr: 0x9f1c0},
	} {
		want.Text = text
		if got, err := ParsePlace(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for module, in := range map[string]string{
		"libc": libc, "libc.so.6": libc, libc: libc, "libc*": libc, "libpython3.11": python, "libpython3*": python, "server": server,
		"libpython": "", "lib": "", "libc.so.7": "", "x/libc": "", "": libc + python + server,
	} {
		for _, name := range []string{libc, python, server} {
			p := Place{Module: module}
			if want := in == name || module == ""; p.in(name) != want {
				t.Errorf("%s in %s: %t, want %t", module, name, !want, want)
			}
		}
	}
}

// What a user watches is in the files that are named before it.
func TestParseWatch(t *testing.T) {
	for text, want := range map[string]Watch{
		"counter":            {},
		"w:counter":          {Use: Writes},
		"shop::total":        {},
		"server.c:counter":   {Source: "server.c"},
		"r:libc:environ":     {Use: Reads, Module: "libc"},
		"libc.so.6:environ":  {Module: "libc.so.6"},
		`names["a:b"]`:       {},
		`rw:a.c:names["x:"]`: {Use: Accesses, Source: "a.c"},
	} {
		got, err := newWatch(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got.What = nil; *got != want {
			t.Errorf("%s: %+v, want %+v", text, *got, want)
		}
	}
}
