package syscalls

import "github.com/trapline/trapline/uapi"

// AbsInfo is the range of an absolute axis.
func AbsInfo() *Record {
	return absInfo("value", "minimum", "maximum", "fuzz", "flat", "resolution")
}

// ShortAbsInfo is what programs knew of it at first.
func ShortAbsInfo() *Record { return absInfo("value", "minimum", "maximum", "fuzz", "flat") }

func absInfo(names ...string) *Record {
	r := record("input_absinfo", nil)
	for i, name := range names {
		r.Fields = append(r.Fields, Param{Name: name, Type: u32, Verbose: i > 1})
	}
	return r
}

// evdevOps are the commands of input devices.
func evdevOps() []op {
	var (
		key    = enum(uapi.InputKeys)
		repeat = Custom{Name: "repeat"}
		id     = record("input_id", fields{{Name: "bustype", Type: u16}, {Name: "vendor", Type: u16}, {Name: "product", Type: u16}, {Name: "version", Type: u16}})
		entry  = record("input_keymap_entry", fields{
			{Name: "flags", Type: u8}, {Name: "len", Type: u8}, {Name: "index", Type: u16, Verbose: true}, {Name: "keycode", Type: key, Verbose: true}, {Name: "scancode", Type: list(x8, 32), Verbose: true},
		})
	)
	return []op{
		{"EVIOCGVERSION", argp(out(x32))},
		{"EVIOCGEFFECTS", argp(out(u32))},
		{"EVIOCGID", argp(out(id))},
		{"EVIOCGREP", argp(out(repeat))},
		{"EVIOCSREP", argp(in(repeat))},
		{"EVIOCGKEYCODE", argp(out(Custom{Name: "keycode"}))},
		{"EVIOCSKEYCODE", argp(in(Custom{Name: "keycode"}))},
		{"EVIOCGKEYCODE_V2", argp(out(entry))},
		{"EVIOCSKEYCODE_V2", argp(in(entry))},
		{"EVIOCSFF", argp(in(forceEffect()))},
		{"EVIOCRMFF", argp(num)},
		{"EVIOCGRAB", argp(ulong)},
		{"EVIOCREVOKE", argp(ulong)},
		{"EVIOCSCLOCKID", argp(in(u32))},
		{"", argp(custom("evdev", "op"))},
	}
}

// forceEffect is an effect of a device that pushes back.
func forceEffect() *Record {
	var (
		envelope = record("ff_envelope", fields{{Name: "attack_length", Type: u16}, {Name: "attack_level", Type: u16}, {Name: "fade_length", Type: u16}, {Name: "fade_level", Type: x16}})
		trigger  = record("ff_trigger", fields{{Name: "button", Type: u16}, {Name: "interval", Type: u16}})
		replay   = record("ff_replay", fields{{Name: "length", Type: u16}, {Name: "delay", Type: u16}})
		periodic = record("ff_periodic_effect", fields{
			{Name: "waveform", Type: u16}, {Name: "period", Type: u16}, {Name: "magnitude", Type: s16}, {Name: "offset", Type: s16}, {Name: "phase", Type: u16},
			{Name: "envelope", Type: envelope}, {Name: "custom_len", Type: u32}, {Name: "custom_data", Type: addr},
		})
		none = record("", fields{{Name: "none", Type: hidden(periodic)}})
	)
	as := func(name string, f fields) *Record { return record("", fields{{Name: name, Type: record("", f)}}) }
	return record("ff_effect", fields{
		{Name: "type", Type: enumOf(2, uapi.ForceEffects)}, {Name: "id", Type: s16}, {Name: "direction", Type: u16},
		{Name: "trigger", Type: trigger, Verbose: true}, {Name: "replay", Type: replay, Verbose: true},
		{Type: Switch{On: "type", Else: none, Cases: map[uint64]Type{
			0x50: as("rumble", fields{{Name: "strong_magnitude", Type: u16}, {Name: "weak_magnitude", Type: u16}}),
			0x51: record("", fields{{Name: "periodic", Type: periodic}}),
			0x52: as("constant", fields{{Name: "level", Type: s16}, {Name: "envelope", Type: envelope}}),
			0x57: as("ramp", fields{{Name: "start_level", Type: s16}, {Name: "end_level", Type: s16}, {Name: "envelope", Type: envelope}}),
		}}, Verbose: true},
	})
}
