package syscalls

import (
	"github.com/trapline/trapline/uapi"
	"github.com/trapline/trapline/value"
)

// The words of the structures of video devices.
var (
	fourcc      = customOf(4, "fourcc")
	fraction    = Custom{Name: "fraction", Bytes: 8, Even: 4}
	bufferType  = enum(uapi.VideoBufferTypes)
	videoField  = enum(uapi.VideoFields)
	videoColor  = enum(uapi.VideoColors)
	videoMemory = enum(uapi.VideoMemories)
)

// v4l2Ops are the commands of video devices.
func v4l2Ops() []op {
	var (
		number   = Bits{Width: 4, Form: value.Unsigned}
		kind     = argp(in(bufferType))
		rect     = record("v4l2_rect", fields{{Name: "left", Type: num}, {Name: "top", Type: num}, {Name: "width", Type: u32}, {Name: "height", Type: u32}})
		crop     = record("v4l2_crop", fields{{Name: "type", Type: bufferType}, {Name: "c", Type: rect, Out: true}})
		cropping = record("v4l2_cropcap", fields{
			{Name: "type", Type: bufferType}, {Name: "bounds", Type: rect, Out: true}, {Name: "defrect", Type: rect, Out: true}, {Name: "pixelaspect", Type: fraction, Out: true},
		})
		capability = record("v4l2_capability", fields{
			{Name: "driver", Type: Str{Room: 16}}, {Name: "card", Type: Str{Room: 32}}, {Name: "bus_info", Type: Str{Room: 32}}, {Name: "version", Type: customOf(4, "kernelVersion")},
			{Name: "capabilities", Type: flags(uapi.VideoCapabilities)}, {Name: "device_caps", Type: flags(uapi.VideoCapabilities), Spare: true},
		})
		requests = record("v4l2_requestbuffers", fields{
			{Name: "count", Type: u32}, {Name: "type", Type: bufferType}, {Name: "memory", Type: videoMemory}, {Name: "capabilities", Type: x32}, {Name: "flags", Type: u8}, {Name: "reserved", Type: list(u8, 3)},
		}).showing("type", "memory", "count")
		overlay = record("v4l2_framebuffer", fields{{Name: "capability", Type: x32}, {Name: "flags", Type: x32}, {Name: "base", Type: addr}, {Name: "fmt", Type: hidden(list(u32, 8))}})
		export  = record("v4l2_exportbuffer", fields{
			{Name: "type", Type: bufferType}, {Name: "index", Type: u32}, {Name: "plane", Type: u32}, {Name: "flags", Type: openFlags}, {Name: "fd", Type: fd}, {Name: "reserved", Type: hidden(list(u32, 11))},
		})
		description = record("v4l2_fmtdesc", fields{
			{Name: "index", Type: u32}, {Name: "type", Type: bufferType}, {Name: "flags", Type: flags(uapi.VideoFormatFlags), Out: true},
			{Name: "description", Type: Str{Room: 32}, Out: true}, {Name: "pixelformat", Type: fourcc, Out: true},
		})
	)
	ops := []op{
		{"VIDIOC_QUERYCAP", argp(out(capability))},
		{"VIDIOC_ENUM_FMT", argp(inout(description))},
		{"VIDIOC_REQBUFS", argp(inout(requests))},
		{"VIDIOC_G_FBUF", argp(out(overlay))},
		{"VIDIOC_S_FBUF", argp(in(overlay))},
		{"VIDIOC_STREAMON", kind},
		{"VIDIOC_STREAMOFF", kind},
		{"VIDIOC_EXPBUF", argp(exchange(export.without("fd"), export.showing("fd")))},
		{"VIDIOC_G_CROP", argp(inout(crop))},
		{"VIDIOC_S_CROP", argp(in(crop))},
		{"VIDIOC_CROPCAP", argp(inout(cropping))},
		{"VIDIOC_G_INPUT", argp(out(number))},
		{"VIDIOC_S_INPUT", argp(inout(number))},
	}
	ops = append(ops, videoFormatOps()...)
	ops = append(ops, videoBufferOps()...)
	ops = append(ops, videoControlOps()...)
	return append(ops, videoSignalOps()...)
}

// videoFormatOps are those about formats and sizes of pictures.
func videoFormatOps() []op {
	var (
		format = func(out bool) *Record {
			return record("v4l2_format", fields{{Name: "type", Type: bufferType}, {Type: videoFormat(), Out: out}})
		}
		set   = argp(Tagged{Width: 4, Cases: map[uint64]Type{}, Else: in(format(false))})
		parms = func(out bool) *Record {
			return record("v4l2_streamparm", fields{{Name: "type", Type: bufferType}, {Type: streamParameters(), Out: out}})
		}
		create = record("v4l2_create_buffers", fields{
			{Name: "index", Type: u32, Out: true}, {Name: "count", Type: u32}, {Name: "memory", Type: videoMemory}, {Name: "format", Type: format(false)},
		}).showing("count", "memory", "format")
		discrete = record("v4l2_frmsize_discrete", fields{{Name: "width", Type: u32}, {Name: "height", Type: u32}})
		stepwise = record("v4l2_frmsize_stepwise", fields{
			{Name: "min_width", Type: u32}, {Name: "max_width", Type: u32}, {Name: "step_width", Type: u32}, {Name: "min_height", Type: u32}, {Name: "max_height", Type: u32}, {Name: "step_height", Type: u32},
		})
		intervals = as("stepwise", record("v4l2_frmival_stepwise", fields{{Name: "min", Type: fraction}, {Name: "max", Type: fraction}, {Name: "step", Type: fraction}}))
		sizes     = record("v4l2_frmsizeenum", fields{
			{Name: "index", Type: u32}, {Name: "pixel_format", Type: fourcc}, {Name: "type", Type: enum(uapi.VideoSizeTypes), Out: true},
			{Type: Switch{On: "type", Cases: map[uint64]Type{1: as("discrete", discrete), 3: as("stepwise", stepwise)}, Else: room(6)}, Out: true},
		})
		rates = record("v4l2_frmivalenum", fields{
			{Name: "index", Type: u32}, {Name: "pixel_format", Type: fourcc}, {Name: "width", Type: u32}, {Name: "height", Type: u32}, {Name: "type", Type: enum(uapi.VideoIntervalTypes), Out: true},
			{Type: Switch{On: "type", Cases: map[uint64]Type{1: as("discrete", fraction), 2: intervals, 3: intervals}, Else: room(6)}, Out: true},
		})
	)
	for t := range videoFormat().Cases {
		set[0].Type.(Tagged).Cases[t] = exchange(format(false), record("v4l2_format", fields{{Name: "type", Type: bufferType}, {Type: videoFormat()}}).without("type"))
	}
	for _, overlay := range []uint64{3, 8} {
		set[0].Type.(Tagged).Cases[overlay] = in(format(false))
	}
	return []op{
		{"VIDIOC_G_FMT", argp(inout(format(true)))},
		{"VIDIOC_S_FMT", set},
		{"VIDIOC_TRY_FMT", set},
		{"VIDIOC_G_PARM", argp(inout(parms(true)))},
		{"VIDIOC_S_PARM", argp(Tagged{Width: 4, Else: in(parms(false)), Cases: map[uint64]Type{
			1: exchange(parms(false), parms(false).without("type")), 2: exchange(parms(false), parms(false).without("type")),
		}})},
		{"VIDIOC_CREATE_BUFS", argp(in(create))},
		{"VIDIOC_ENUM_FRAMESIZES", argp(inout(sizes))},
		{"VIDIOC_ENUM_FRAMEINTERVALS", argp(inout(rates))},
	}
}

// as is a structure of one field, the form that a union has under that name.
func as(name string, t Type) *Record { return record("", fields{{Name: name, Type: t}}) }

// room is n 32-bit words that are not shown.
func room(n int) *Record { return as("room", hidden(list(u32, n))) }

// without is the record with one field not shown.
func (r *Record) without(name string) *Record {
	c := *r
	c.Fields = append(fields(nil), r.Fields...)
	for i := range c.Fields {
		if f := &c.Fields[i]; f.Name == name {
			f.Type = hidden(f.Type)
		}
	}
	return &c
}

// answering is the record of which the kernel fills in all but one field.
func (r *Record) answering(wish string) *Record {
	c := *r
	c.Fields = append(fields(nil), r.Fields...)
	for i := range c.Fields {
		c.Fields[i].Out = c.Fields[i].Name != wish
	}
	return &c
}

// videoFormat is the format of the pictures of a type of buffers.
func videoFormat() Switch {
	var (
		pix = as("fmt.pix", record("v4l2_pix_format", fields{
			{Name: "width", Type: u32}, {Name: "height", Type: u32}, {Name: "pixelformat", Type: fourcc}, {Name: "field", Type: videoField},
			{Name: "bytesperline", Type: u32}, {Name: "sizeimage", Type: u32}, {Name: "colorspace", Type: videoColor},
		}))
		plane  = record("v4l2_plane_pix_format", fields{{Name: "sizeimage", Type: u32}, {Name: "bytesperline", Type: u32}, {Name: "reserved", Type: hidden(list(u16, 6))}})
		planes = as("fmt.pix_mp", record("v4l2_pix_format_mplane", fields{
			{Name: "width", Type: u32}, {Name: "height", Type: u32}, {Name: "pixelformat", Type: fourcc}, {Name: "field", Type: videoField}, {Name: "colorspace", Type: videoColor},
			{Name: "plane_fmt", Type: Array{Elem: plane, Count: 8, Len: "num_planes"}}, {Name: "num_planes", Type: u8},
		}))
		rect   = record("v4l2_rect", fields{{Name: "left", Type: num}, {Name: "top", Type: num}, {Name: "width", Type: u32}, {Name: "height", Type: u32}})
		window = as("fmt.win", record("v4l2_window", fields{
			{Name: "w", Type: rect}, {Name: "field", Type: videoField}, {Name: "chromakey", Type: x32}, {Name: "clips", Type: in(array(record("v4l2_clip", fields{{Name: "c", Type: rect}, {Name: "next", Type: hidden(addr)}}), "clipcount"))},
			{Name: "clipcount", Type: u32}, {Name: "bitmap", Type: addr}, {Name: "global_alpha", Type: x8},
		}))
		vbi = as("fmt.vbi", record("v4l2_vbi_format", fields{
			{Name: "sampling_rate", Type: u32}, {Name: "offset", Type: u32}, {Name: "samples_per_line", Type: u32}, {Name: "sample_format", Type: fourcc},
			{Name: "start", Type: list(num, 2)}, {Name: "count", Type: list(u32, 2)}, {Name: "flags", Type: flags(uapi.VideoVBIFlags)},
		}))
		sliced = as("fmt.sliced", record("v4l2_sliced_vbi_format", fields{
			{Name: "service_set", Type: flagsOf(2, uapi.VideoSlicedServices)}, {Name: "service_lines", Type: list(list(x16, 24), 2)}, {Name: "io_size", Type: u32},
		}))
		sdr  = as("fmt.sdr", record("v4l2_sdr_format", fields{{Name: "pixelformat", Type: fourcc}, {Name: "buffersize", Type: u32}}))
		meta = as("fmt.meta", record("v4l2_meta_format", fields{{Name: "dataformat", Type: fourcc}, {Name: "buffersize", Type: u32}}))
	)
	return Switch{On: "type", Else: as("raw_data", hidden(Custom{Name: "fraction", Bytes: 200})), Cases: map[uint64]Type{
		1: pix, 2: pix, 3: window, 4: vbi, 5: vbi, 6: sliced, 7: sliced, 8: window, 9: planes, 10: planes, 11: sdr, 12: sdr, 13: meta, 14: meta,
	}}
}

// streamParameters is how the pictures of a type of buffers are taken or shown.
func streamParameters() Switch {
	parm := func(name, mode, buffers string) *Record {
		return as(name, record("", fields{
			{Name: "capability", Type: flags(uapi.VideoTimings)}, {Name: mode, Type: flags(uapi.VideoModes)}, {Name: "timeperframe", Type: fraction},
			{Name: "extendedmode", Type: x32}, {Name: buffers, Type: u32},
		}))
	}
	capture, output := parm("parm.capture", "capturemode", "readbuffers"), parm("parm.output", "outputmode", "writebuffers")
	return Switch{On: "type", Else: room(50), Cases: map[uint64]Type{1: capture, 2: output}}
}

// videoBufferOps are those about single buffers.
func videoBufferOps() []op {
	var (
		query = []string{"type", "index", "memory", "", "length", "bytesused", "flags"}
		taken = []string{"type", "index", "memory", "", "length", "bytesused", "flags", "timestamp"}
	)
	return []op{
		{"VIDIOC_QUERYBUF", argp(inout(videoBuffer("v4l2_buffer", s64, false).showing(query...)))},
		{"VIDIOC_QBUF", argp(inout(videoBuffer("v4l2_buffer", s64, false).showing(query...)))},
		{"VIDIOC_DQBUF", argp(inout(videoBuffer("v4l2_buffer", s64, true).showing(taken...)))},
		{"VIDIOC_QUERYBUF_TIME32", argp(inout(videoBuffer("v4l2_buffer_time32", num, false).showing(query...)))},
		{"VIDIOC_QBUF_TIME32", argp(inout(videoBuffer("v4l2_buffer_time32", num, false).showing(query...)))},
		{"VIDIOC_DQBUF_TIME32", argp(inout(videoBuffer("v4l2_buffer_time32", num, true).showing(taken...)))},
	}
}

// videoBuffer is a buffer whose structure has that tag and whose time stamp is made of two of the type. Out tells whether the
// kernel chooses which buffer it is.
func videoBuffer(tag string, stamp Bits, chosen bool) *Record {
	where := Switch{On: "memory", Else: as("m", hidden(addr)), Cases: map[uint64]Type{
		1: as("m.offset", x32), 2: as("m.userptr", addr),
	}}
	return &Record{Name: tag, Partial: true, Fields: fields{
		{Name: "index", Type: u32, Out: chosen}, {Name: "type", Type: bufferType}, {Name: "bytesused", Type: u32, Out: true}, {Name: "flags", Type: customOf(4, "videoFlags"), Out: true}, {Name: "field", Type: u32},
		{Name: "timestamp", Type: record("", fields{{Name: "tv_sec", Type: stamp}, {Name: "tv_usec", Type: Bits{Width: stamp.Width, Form: value.Unsigned}}}), Out: true},
		{Name: "timecode", Type: list(u32, 4)}, {Name: "sequence", Type: u32}, {Name: "memory", Type: videoMemory, Out: true},
		{Type: where, Out: true}, {Name: "length", Type: u32, Out: true}, {Name: "reserved2", Type: u32}, {Name: "request_fd", Type: num},
	}}
}

// videoControlOps are those about what can be adjusted.
func videoControlOps() []op {
	var (
		id      = customOf(4, "videoControl")
		control = record("v4l2_control", fields{{Name: "id", Type: id}, {Name: "value", Type: num, Out: true}})
		query   = record("v4l2_queryctrl", fields{
			{Name: "id", Type: customOf(4, "videoControlWish")}, {Name: "type", Type: enum(uapi.VideoControlTypes), Out: true}, {Name: "name", Type: Str{Room: 32}, Out: true},
			{Name: "minimum", Type: num, Out: true, Verbose: true}, {Name: "maximum", Type: num, Out: true, Verbose: true}, {Name: "step", Type: num, Out: true, Verbose: true}, {Name: "default_value", Type: num, Out: true, Verbose: true},
			{Name: "flags", Type: flags(uapi.VideoControlFlags), Out: true, Verbose: true}, {Name: "reserved", Type: list(x32, 2), Out: true, Verbose: true, Spare: true},
		})
		extended = record("v4l2_query_ext_ctrl", fields{
			{Name: "id", Type: customOf(4, "videoControlWish")}, {Name: "type", Type: enum(uapi.VideoControlTypes), Out: true}, {Name: "name", Type: Str{Room: 32}, Out: true},
			{Name: "minimum", Type: s64, Out: true, Verbose: true}, {Name: "maximum", Type: s64, Out: true, Verbose: true}, {Name: "step", Type: u64, Out: true, Verbose: true}, {Name: "default_value", Type: s64, Out: true, Verbose: true},
			{Name: "flags", Type: flags(uapi.VideoControlFlags), Out: true, Verbose: true}, {Name: "elem_size", Type: u32, Out: true, Verbose: true}, {Name: "elems", Type: u32, Out: true, Verbose: true}, {Name: "nr_of_dims", Type: u32, Out: true, Verbose: true},
			{Name: "dims", Type: Array{Elem: u32, Count: 4, Len: "nr_of_dims"}, Out: true, Verbose: true}, {Name: "reserved", Type: list(x32, 32), Out: true, Verbose: true, Spare: true},
		})
		menu = record("v4l2_querymenu", fields{{Name: "id", Type: id}, {Name: "index", Type: u32}, {Name: "name", Type: Str{Room: 32}}, {Name: "value", Type: Custom{Name: "menuValue", Bytes: 4, Even: 4}}})
	)
	return []op{
		{"VIDIOC_G_CTRL", argp(inout(control))},
		{"VIDIOC_S_CTRL", argp(in(control))},
		{"VIDIOC_QUERYCTRL", argp(inout(query))},
		{"VIDIOC_QUERY_EXT_CTRL", argp(inout(extended))},
		{"VIDIOC_G_EXT_CTRLS", argp(custom("getControls"))},
		{"VIDIOC_S_EXT_CTRLS", argp(custom("setControls"))},
		{"VIDIOC_TRY_EXT_CTRLS", argp(custom("setControls"))},
		{"VIDIOC_QUERYMENU", argp(exchange(menu.showing("id", "index"), menu.showing("name", "value")))},
	}
}

// videoSignalOps are those about signals: inputs, standards and tuners.
func videoSignalOps() []op {
	var (
		standards = flagsOf(8, uapi.VideoStandards)
		tuner     = record("v4l2_tuner", fields{
			{Name: "index", Type: u32}, {Name: "name", Type: Str{Room: 32}}, {Name: "type", Type: enum(uapi.VideoTunerTypes)}, {Name: "capability", Type: flags(uapi.VideoTunerCapabilities)},
			{Name: "rangelow", Type: u32}, {Name: "rangehigh", Type: u32}, {Name: "rxsubchans", Type: flags(uapi.VideoTunerChannels)}, {Name: "audmode", Type: enum(uapi.VideoTunerModes)},
			{Name: "signal", Type: num}, {Name: "afc", Type: num}, {Name: "reserved", Type: hidden(list(u32, 4))},
		})
		answer = []string{"name", "type", "capability", "rangelow", "rangehigh", "rxsubchans", "audmode", "signal", "afc"}
		input  = record("v4l2_input", fields{
			{Name: "index", Type: u32}, {Name: "name", Type: Str{Room: 32}, Out: true}, {Name: "type", Type: enum(uapi.VideoInputTypes), Out: true}, {Name: "audioset", Type: x32, Out: true},
			{Name: "tuner", Type: u32, Out: true}, {Name: "std", Type: standards, Out: true}, {Name: "status", Type: flags(uapi.VideoInputStates), Out: true}, {Name: "capabilities", Type: flags(uapi.VideoInputCapabilities), Out: true},
		})
		standard = record("v4l2_standard", fields{
			{Name: "index", Type: u32}, {Name: "id", Type: hidden(u64)}, {Name: "name", Type: Str{Room: 24}, Out: true}, {Name: "frameperiod", Type: fraction, Out: true}, {Name: "framelines", Type: u32, Out: true},
		})
	)
	return []op{
		{"VIDIOC_ENUMINPUT", argp(inout(input))},
		{"VIDIOC_ENUMSTD", argp(inout(standard))},
		{"VIDIOC_G_STD", argp(out(x64))},
		{"VIDIOC_S_STD", argp(in(x64))},
		{"VIDIOC_G_TUNER", argp(inout(tuner.answering("index")))},
		{"VIDIOC_S_TUNER", argp(exchange(tuner, tuner.showing(answer...)))},
	}
}
