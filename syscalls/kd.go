package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// kdOps are the commands of consoles and their keyboards.
func kdOps() []op {
	var (
		screen = Buf{Count: 256, Binary: true}
		font   = Buf{Count: 8192, Binary: true}
		colors = Buf{Count: 48, Binary: true}
		wide   = list(customOf(2, "glyph"), 256)
		clear  = record("unimapinit", fields{{Name: "advised_hashsize", Type: u16}, {Name: "advised_hashstep", Type: u16}, {Name: "advised_hashlevel", Type: u16}})
	)
	return append([]op{
		{"KIOCSOUND", argp(custom("tone"))},
		{"KDMKTONE", argp(custom("beep"))},
		{"KDENABIO", bare},
		{"KDDISABIO", bare},
		{"KDSETMODE", argp(enum(uapi.ConsoleModes))},
		{"KDGETMODE", argp(out(enum(uapi.ConsoleModes)))},
		{"KDMAPDISP", bare},
		{"KDUNMAPDISP", bare},
		{"GIO_SCRNMAP", argp(out(screen))},
		{"PIO_SCRNMAP", argp(in(screen))},
		{"GIO_UNISCRNMAP", argp(out(wide))},
		{"PIO_UNISCRNMAP", argp(in(wide))},
		{"GIO_CMAP", argp(out(colors))},
		{"PIO_CMAP", argp(in(colors))},
		{"GIO_UNIMAP", argp(inout(Exchange{Joined: true, Before: unicodeMap(Out).showing("entry_ct"), After: unicodeMap(Out).showing("entries")}))},
		{"PIO_UNIMAP", argp(in(unicodeMap(In)))},
		{"PIO_UNIMAPCLR", argp(in(clear))},
		{"GIO_FONT", argp(out(font))},
		{"PIO_FONT", argp(in(font))},
		{"GIO_FONTX", argp(exchange(fontOf(addr), fontOf(custom("fontData", "charcount"))))},
		{"PIO_FONTX", argp(in(fontOf(custom("fontData", "charcount"))))},
		{"PIO_FONTRESET", bare},
		{"KDFONTOP", argp(fontOperation())},
	}, keyboardOps()...)
}

// keyboardFlags are the locks of a keyboard, and above them those it has at first.
var keyboardFlags = &uapi.Set{Name: "locks of a keyboard", Unknown: "LED_???", Flags: true, Consts: []uapi.Const{
	{Name: "LED_SCR", Value: 1}, {Name: "LED_NUM", Value: 2}, {Name: "LED_CAP", Value: 4},
	{Name: "LED_SCR<<4", Value: 1 << 4}, {Name: "LED_NUM<<4", Value: 2 << 4}, {Name: "LED_CAP<<4", Value: 4 << 4},
}}

// keyboardOps are those of keyboards.
func keyboardOps() []op {
	var (
		repeat   = record("kbd_repeat", fields{{Name: "delay", Type: num}, {Name: "period", Type: num}})
		code     = argp(in(record("kbkeycode", fields{{Name: "scancode", Type: x32}, {Name: "keycode", Type: x32}})))
		char     = Bits{Width: 1, Form: value.Char}
		accent   = record("kbdiacr", fields{{Name: "diacr", Type: char}, {Name: "base", Type: char}, {Name: "result", Type: char}})
		accents  = record("kbdiacrs", fields{{Name: "kb_cnt", Type: u32}, {Name: "kbdiacr", Type: Array{Elem: accent, Count: 256, Len: "kb_cnt", More: true}}})
		accent32 = record("kbdiacruc", fields{{Name: "diacr", Type: x32}, {Name: "base", Type: x32}, {Name: "result", Type: x32}})
		unicode  = record("kbdiacrsuc", fields{{Name: "kb_cnt", Type: u32}, {Name: "kbdiacruc", Type: Array{Elem: accent32, Count: 256, Len: "kb_cnt", More: true}}})
		entry    = record("kbentry", fields{{Name: "kb_table", Type: customOf(1, "keyTable")}, {Name: "kb_index", Type: u8}, {Name: "kb_value", Type: customOf(2, "keyValue"), Out: true}})
		function = record("kbsentry", fields{{Name: "kb_func", Type: customOf(1, "keyFunction")}, {Name: "kb_string", Type: Custom{Name: "keyString", Even: 1}, Out: true}})
	)
	return []op{
		{"KDGETLED", argp(out(flagsOf(1, uapi.KeyboardLEDs)))},
		{"KDSETLED", argp(flagsOf(1, uapi.KeyboardLEDs))},
		{"KDGKBTYPE", argp(out(enumOf(1, uapi.KeyboardTypes)))},
		{"KDGKBMODE", argp(out(Custom{Name: "keyboardModeAt"}))},
		{"KDSKBMODE", argp(customOf(4, "keyboardMode"))},
		{"KDGKBMETA", argp(out(enum(uapi.MetaModes)))},
		{"KDSKBMETA", argp(enum(uapi.MetaModes))},
		{"KDGKBLED", argp(out(flagsOf(1, keyboardFlags)))},
		{"KDSKBLED", argp(flagsOf(1, keyboardFlags))},
		{"KDGKBENT", argp(inout(entry))},
		{"KDSKBENT", argp(in(entry))},
		{"KDGKBSENT", argp(inout(function))},
		{"KDSKBSENT", argp(in(function))},
		{"KDGKBDIACR", argp(out(accents))},
		{"KDSKBDIACR", argp(in(accents))},
		{"KDGKBDIACRUC", argp(out(unicode))},
		{"KDSKBDIACRUC", argp(in(unicode))},
		{"KDGETKEYCODE", code},
		{"KDSETKEYCODE", code},
		{"KDKBDREP", argp(exchange(repeat, repeat))},
		{"KDSIGACCEPT", argp(Bits{Width: Long, Form: value.Unsigned, Set: uapi.Signals})},
	}
}

// unicodeMap is which character stands where in a font.
func unicodeMap(d Dir) *Record {
	pair := record("unipair", fields{{Name: "unicode", Type: x16}, {Name: "fontpos", Type: x16}})
	return record("unimapdesc", fields{{Name: "entry_ct", Type: u16}, {Name: "entries", Type: Pointer{Elem: array(pair, "entry_ct"), Dir: d}}})
}

// fontOf is a font with its data.
func fontOf(data Type) *Record {
	return record("consolefontdesc", fields{{Name: "charcount", Type: u16}, {Name: "charheight", Type: u16}, {Name: "chardata", Type: data}})
}

// fontOperation is what is done to a font, which the operation decides.
func fontOperation() Tagged {
	of := func(data Type, order ...string) *Record {
		return record("console_font_op", fields{
			{Name: "op", Type: enum(uapi.FontOperations)}, {Name: "flags", Type: flags(uapi.FontFlags)}, {Name: "width", Type: u32}, {Name: "height", Type: u32},
			{Name: "charcount", Type: u32}, {Name: "data", Type: data},
		}).showing(order...)
	}
	var (
		bytes  = custom("fontData", "charcount", "width")
		all    = []string{"op", "flags", "width", "height", "charcount", "data"}
		answer = []string{"width", "height", "charcount", "data"}
	)
	return Tagged{
		Width: 4,
		Cases: map[uint64]Type{
			0: in(of(bytes, all...)),
			1: exchange(of(addr, all...), of(bytes, answer...)),
			3: in(of(addr, "op", "height")),
			2: exchange(of(custom("fontName"), "op", "width", "height", "data"), of(addr, "width", "height")),
		},
		Else: exchange(of(addr, all...), of(addr, answer...)),
	}
}
