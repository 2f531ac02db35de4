package syscalls

import "github.com/trapline/trapline/uapi"

// lircOps are the commands of infrared remote controls.
func lircOps() []op {
	var (
		get  = argp(out(u32))
		set  = argp(in(u32))
		mode = enum(uapi.LIRCModes)
	)
	return []op{
		{"LIRC_GET_FEATURES", argp(out(flags(uapi.LIRCFeatures)))},
		{"LIRC_GET_SEND_MODE", argp(out(mode))},
		{"LIRC_GET_REC_MODE", argp(out(mode))},
		{"LIRC_SET_SEND_MODE", argp(in(mode))},
		{"LIRC_SET_REC_MODE", argp(in(mode))},
		{"LIRC_GET_REC_RESOLUTION", get},
		{"LIRC_GET_MIN_TIMEOUT", get},
		{"LIRC_GET_MAX_TIMEOUT", get},
		{"LIRC_GET_LENGTH", get},
		{"LIRC_GET_REC_TIMEOUT", get},
		{"LIRC_SET_SEND_CARRIER", set},
		{"LIRC_SET_REC_CARRIER", set},
		{"LIRC_SET_REC_CARRIER_RANGE", set},
		{"LIRC_SET_SEND_DUTY_CYCLE", set},
		{"LIRC_SET_TRANSMITTER_MASK", argp(in(x32))},
		{"LIRC_SET_REC_TIMEOUT", set},
		{"LIRC_SET_REC_TIMEOUT_REPORTS", set},
		{"LIRC_SET_MEASURE_CARRIER_MODE", set},
		{"LIRC_SET_WIDEBAND_RECEIVER", set},
	}
}
