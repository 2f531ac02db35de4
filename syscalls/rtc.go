package syscalls

import "github.com/trapline/trapline/uapi"

// clockOps are the commands of real-time clocks.
func clockOps() []op {
	var (
		when  = calendarTime()
		alarm = record("rtc_wkalrm", fields{{Name: "enabled", Type: u8}, {Name: "pending", Type: u8}, {Name: "time", Type: when}})
		pll   = record("rtc_pll_info", fields{
			{Name: "pll_ctrl", Type: num},
			{Name: "pll_value", Type: num},
			{Name: "pll_max", Type: num},
			{Name: "pll_min", Type: num},
			{Name: "pll_posmult", Type: num},
			{Name: "pll_negmult", Type: num},
			{Name: "pll_clock", Type: long},
		})
		rate = argp(out(ulong))
	)
	return []op{
		{"RTC_AIE_ON", bare},
		{"RTC_AIE_OFF", bare},
		{"RTC_UIE_ON", bare},
		{"RTC_UIE_OFF", bare},
		{"RTC_PIE_ON", bare},
		{"RTC_PIE_OFF", bare},
		{"RTC_WIE_ON", bare},
		{"RTC_WIE_OFF", bare},
		{"RTC_ALM_SET", argp(in(when))},
		{"RTC_ALM_READ", argp(out(when))},
		{"RTC_RD_TIME", argp(out(when))},
		{"RTC_SET_TIME", argp(in(when))},
		{"RTC_IRQP_READ", rate},
		{"RTC_IRQP_SET", argp(ulong)},
		{"RTC_EPOCH_READ", rate},
		{"RTC_EPOCH_SET", argp(ulong)},
		{"RTC_WKALM_SET", argp(in(alarm))},
		{"RTC_WKALM_RD", argp(out(alarm))},
		{"RTC_PLL_GET", argp(out(pll))},
		{"RTC_PLL_SET", argp(in(pll))},
		{"RTC_VL_READ", argp(out(flags(uapi.ClockVoltages)))},
		{"RTC_VL_CLR", bare},
		{"RTC_PARAM_GET", argp(custom("clockParamAnswer"))},
		{"RTC_PARAM_SET", argp(in(Custom{Name: "clockParam"}))},
	}
}

// calendarTime is struct rtc_time.
func calendarTime() *Record {
	return record("rtc_time", fields{
		{Name: "tm_sec", Type: num},
		{Name: "tm_min", Type: num},
		{Name: "tm_hour", Type: num},
		{Name: "tm_mday", Type: num},
		{Name: "tm_mon", Type: num},
		{Name: "tm_year", Type: num},
		{Name: "tm_wday", Type: num, Verbose: true},
		{Name: "tm_yday", Type: num, Verbose: true},
		{Name: "tm_isdst", Type: num, Verbose: true},
	})
}
