package syscalls

import "github.com/trapline/trapline/uapi"

// lineName is a name of a chip, a line or who uses it.
var lineName = Str{Room: 32}

// gpioOps are the commands of general purpose input and output.
func gpioOps() []op {
	var (
		lines  = list(u8, 64)
		wishes = flags(uapi.GPIOHandleRequests)
		info   = record("gpioline_info", fields{{Name: "line_offset", Type: u32}, {Name: "flags", Type: flags(uapi.GPIOLineFlags)}, {Name: "name", Type: lineName}, {Name: "consumer", Type: lineName}})
		handle = record("gpiohandle_request", fields{
			{Name: "lineoffsets", Type: Array{Elem: u32, Count: 64, Len: "lines"}}, {Name: "flags", Type: wishes},
			{Name: "default_values", Type: Array{Elem: u8, Count: 64, Len: "lines"}}, {Name: "consumer_label", Type: lineName}, {Name: "lines", Type: u32}, {Name: "fd", Type: fd},
		})
		event = record("gpioevent_request", fields{
			{Name: "lineoffset", Type: u32}, {Name: "handleflags", Type: wishes}, {Name: "eventflags", Type: flags(uapi.GPIOEventRequests)},
			{Name: "consumer_label", Type: lineName}, {Name: "fd", Type: fd},
		})
		values = record("gpiohandle_data", fields{{Name: "values", Type: lines}})
		look   = argp(exchange(info.showing("line_offset"), info.showing("flags", "name", "consumer")))
	)
	return append([]op{
		{"GPIO_GET_CHIPINFO_IOCTL", argp(out(record("gpiochip_info", fields{{Name: "name", Type: lineName}, {Name: "label", Type: lineName}, {Name: "lines", Type: u32}})))},
		{"GPIO_GET_LINEINFO_IOCTL", look},
		{"GPIO_GET_LINEINFO_WATCH_IOCTL", look},
		{"GPIO_GET_LINEINFO_UNWATCH_IOCTL", argp(in(record("", fields{{Name: "offset", Type: u32}})))},
		{"GPIO_GET_LINEHANDLE_IOCTL", argp(exchange(handle.showing("lines", "lineoffsets", "flags", "default_values", "consumer_label"), handle.showing("fd")))},
		{"GPIO_GET_LINEEVENT_IOCTL", argp(exchange(event.showing("lineoffset", "handleflags", "eventflags", "consumer_label"), event.showing("fd")))},
		{"GPIOHANDLE_GET_LINE_VALUES_IOCTL", argp(out(values))},
		{"GPIOHANDLE_SET_LINE_VALUES_IOCTL", argp(in(values))},
		{"GPIOHANDLE_SET_CONFIG_IOCTL", argp(in(record("gpiohandle_config", fields{{Name: "flags", Type: wishes}, {Name: "default_values", Type: lines}, {Name: "padding", Type: hidden(list(x32, 4))}})))},
	}, gpio2Ops()...)
}

// gpio2Ops are those of the second version.
func gpio2Ops() []op {
	var (
		attribute = record("gpio_v2_line_attribute", fields{
			{Name: "id", Type: u32}, {Name: "padding", Type: x32, Spare: true}, {Name: "data", Type: x64},
		})
		values = record("gpio_v2_line_values", fields{{Name: "bits", Type: x64}, {Name: "mask", Type: x64}})
		info   = record("gpio_v2_line_info", fields{
			{Name: "name", Type: lineName}, {Name: "consumer", Type: lineName}, {Name: "offset", Type: u32}, {Name: "num_attrs", Type: u32},
			{Name: "flags", Type: flagsOf(8, uapi.GPIO2LineFlags)}, {Name: "attrs", Type: with(Array{Elem: attribute, Count: 10, Len: "num_attrs"}, "num_attrs", anyBit)}, {Name: "padding", Type: list(x32, 4), Spare: true},
		})
		config = record("gpio_v2_line_config", fields{
			{Name: "flags", Type: flagsOf(8, uapi.GPIO2LineFlags)}, {Name: "num_attrs", Type: u32}, {Name: "padding", Type: list(x32, 5), Spare: true},
			{Name: "attrs", Type: with(Array{Elem: record("gpio_v2_line_config_attribute", fields{{Name: "attr", Type: attribute}, {Name: "mask", Type: x64}}), Count: 10, Len: "num_attrs"}, "num_attrs", anyBit)},
		})
		request = record("gpio_v2_line_request", fields{
			{Name: "offsets", Type: Array{Elem: u32, Count: 64, Len: "num_lines"}}, {Name: "consumer", Type: lineName}, {Name: "config", Type: config}, {Name: "num_lines", Type: u32},
			{Name: "event_buffer_size", Type: u32, Spare: true}, {Name: "padding", Type: list(x32, 5), Spare: true}, {Name: "fd", Type: fd},
		})
		look = argp(exchange(info.showing("offset"), info.showing("name", "consumer", "flags", "num_attrs", "attrs", "padding")))
	)
	return []op{
		{"GPIO_V2_GET_LINEINFO_IOCTL", look},
		{"GPIO_V2_GET_LINEINFO_WATCH_IOCTL", look},
		{"GPIO_V2_GET_LINE_IOCTL", argp(exchange(request.showing("num_lines", "offsets", "consumer", "config", "event_buffer_size", "padding"), request.showing("fd")))},
		{"GPIO_V2_LINE_GET_VALUES_IOCTL", argp(exchange(values.showing("mask"), values.showing("bits")))},
		{"GPIO_V2_LINE_SET_VALUES_IOCTL", argp(in(values))},
		{"GPIO_V2_LINE_SET_CONFIG_IOCTL", argp(in(config))},
	}
}
