package syscalls

import "github.com/trapline/trapline/uapi"

// preciseOps are the commands of precise hardware clocks.
func preciseOps() []op {
	var (
		stamped = Custom{Name: "ptpTime", Bytes: 16}
		spare   = func(n int) Param { return Param{Name: "rsv", Type: list(x32, n), Spare: true} }
		pulse   = fields{{Name: "index", Type: u32}, {Name: "flags", Type: flags(uapi.TimestampFlags)}}
		caps    = record("ptp_clock_caps", fields{
			{Name: "max_adj", Type: num},
			{Name: "n_alarm", Type: num},
			{Name: "n_ext_ts", Type: num},
			{Name: "n_per_out", Type: num},
			{Name: "pps", Type: num},
			{Name: "n_pins", Type: num},
			{Name: "cross_timestamping", Type: num},
			{Name: "adjust_phase", Type: num},
			{Name: "max_phase_adj", Type: customOf(4, "nanoseconds")},
			spare(11),
		})
		precise = record("ptp_sys_offset_precise", fields{
			{Name: "device", Type: stamped},
			{Name: "sys_realtime", Type: stamped},
			{Name: "sys_monoraw", Type: ptpTime()},
			spare(4),
		})
		offset   = argp(custom("ptpOffset"))
		extended = argp(custom("ptpOffsets"))
		off      = Param{Type: hidden(list(x32, 2))}
	)
	return []op{
		{"PTP_CLOCK_GETCAPS", argp(out(caps))},
		{"PTP_CLOCK_GETCAPS2", argp(out(caps))},
		{"PTP_EXTTS_REQUEST", argp(in(record("ptp_extts_request", append(pulse[:2:2], off))))},
		{"PTP_EXTTS_REQUEST2", argp(in(record("ptp_extts_request", append(pulse[:2:2], spare(2)))))},
		{"PTP_PEROUT_REQUEST", argp(in(ptpPeriod(false)))},
		{"PTP_PEROUT_REQUEST2", argp(in(ptpPeriod(true)))},
		{"PTP_ENABLE_PPS", argp(lhex)},
		{"PTP_ENABLE_PPS2", argp(lhex)},
		{"PTP_SYS_OFFSET", offset},
		{"PTP_SYS_OFFSET2", offset},
		{"PTP_PIN_GETFUNC", argp(inout(ptpPin(true, false)))},
		{"PTP_PIN_GETFUNC2", argp(inout(ptpPin(true, true)))},
		{"PTP_PIN_SETFUNC", argp(in(ptpPin(false, false)))},
		{"PTP_PIN_SETFUNC2", argp(in(ptpPin(false, true)))},
		{"PTP_SYS_OFFSET_PRECISE", argp(out(precise))},
		{"PTP_SYS_OFFSET_PRECISE2", argp(out(precise))},
		{"PTP_SYS_OFFSET_PRECISE_CYCLES", argp(out(precise))},
		{"PTP_SYS_OFFSET_EXTENDED", extended},
		{"PTP_SYS_OFFSET_EXTENDED2", extended},
		{"PTP_SYS_OFFSET_EXTENDED_CYCLES", extended},
	}
}

// ptpTime is struct ptp_clock_time.
func ptpTime() *Record {
	return record("ptp_clock_time", fields{{Name: "sec", Type: s64}, {Name: "nsec", Type: u32}, {Name: "reserved", Type: x32, Spare: true}})
}

// shownIf is t, or its room where it is not shown.
func shownIf(shown bool, t Type) Type {
	if shown {
		return t
	}
	return hidden(t)
}

// ptpPin is struct ptp_pin_desc as a command reads it, or as it is answered; the newer of
// two commands has spare words.
func ptpPin(answered, newer bool) *Record {
	return record("ptp_pin_desc", fields{
		{Name: "name", Type: shownIf(answered, Str{Path: true, Room: 64}), Out: answered},
		{Name: "index", Type: u32},
		{Name: "func", Type: enum(uapi.PinFunctions), Out: answered},
		{Name: "chan", Type: u32, Out: answered},
		{Name: "rsv", Type: shownIf(newer, list(x32, 5)), Spare: true},
	})
}

// ptpPeriod is struct ptp_perout_request. How long each period is on stands where others
// have spare words.
func ptpPeriod(newer bool) *Record {
	on := "ptpOn"
	if newer {
		on = "ptpOnOrSpare"
	}
	return record("ptp_perout_request", fields{
		{Type: customField(16, "ptpStart", "flags")},
		{Name: "period", Type: ptpTime()},
		{Name: "index", Type: u32},
		{Name: "flags", Type: flags(uapi.PeriodFlags)},
		{Type: customField(16, on, "flags")},
	})
}
