package syscalls

import (
	"github.com/trapline/trapline/uapi"
)

// notifyCalls are the calls that make descriptors which tell of events.
var notifyCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "eventfd", Class: Desc, Ret: fd, Params: params{{Name: "initval", Type: unum}}},
		{Name: "eventfd2", Class: Desc, Ret: fd, Params: params{{Name: "initval", Type: unum}, {Name: "flags", Type: flags(uapi.EventfdFlags)}}},
		{Name: "signalfd", Class: Desc | Signal, Ret: fd, Params: params{{Name: "fd", Type: fd}, {Name: "mask", Type: in(sigset("sizemask"))}, {Name: "sizemask", Type: size}}},
		{Name: "signalfd4", Class: Desc | Signal, Ret: fd, Params: params{{Name: "fd", Type: fd}, {Name: "mask", Type: in(sigset("sizemask"))}, {Name: "sizemask", Type: size}, {Name: "flags", Type: flags(uapi.SignalfdFlags)}}},
		{Name: "inotify_init", Class: Desc, Ret: fd, Params: params{}},
		{Name: "inotify_init1", Class: Desc, Ret: fd, Params: params{{Name: "flags", Type: flags(uapi.InotifyFlags)}}},
		{Name: "inotify_add_watch", Class: Desc | File, Ret: num, Params: params{{Name: "fd", Type: fd}, {Name: "pathname", Type: path}, {Name: "mask", Type: flags(uapi.InotifyEvents)}}},
		{Name: "inotify_rm_watch", Class: Desc, Ret: zero, Params: params{{Name: "fd", Type: fd}, {Name: "wd", Type: num}}},
		{Name: "fanotify_init", Class: Desc, Ret: fd, Params: params{{Name: "flags", Type: customOf(4, "fanotifyFlags")}, {Name: "event_f_flags", Type: openFlags}}},
		{Name: "fanotify_mark", Class: Desc | File, Ret: zero, Params: params{{Name: "fanotify_fd", Type: fd}, {Name: "flags", Type: flags(uapi.FanotifyMarks)}, {Name: "mask", Type: flagsOf(8, uapi.FanotifyEvents)}, {Name: "dirfd", Type: customOf(4, "fanotifyDir")}, {Name: "pathname", Type: path}}},
	}
})

// utimbuf has its own decoder, as have the pairs of times, for their dates.
var (
	utimbuf = in(Custom{Name: "utimbuf"})
	utimes  = in(Custom{Name: "utimes"})
	utimens = in(Custom{Name: "utimens"})
)

// utimeCalls are the calls that set the times of files.
var utimeCalls = lazy(func() []Syscall {
	return []Syscall{
		{Name: "utime", Class: File, Ret: zero, Params: params{{Name: "filename", Type: path}, {Name: "times", Type: utimbuf}}},
		{Name: "utimes", Class: File, Ret: zero, Params: params{{Name: "pathname", Type: path}, {Name: "times", Type: utimes}}},
		{Name: "futimesat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "times", Type: utimes}}},
		{Name: "utimensat", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "times", Type: utimens}, {Name: "flags", Type: atFlags}}},
		{Name: "utimensat_time64", Class: Desc | File, Ret: zero, Params: params{{Name: "dirfd", Type: dirfd}, {Name: "pathname", Type: path}, {Name: "times", Type: in(Custom{Name: "utimens64"})}, {Name: "flags", Type: atFlags}}},
	}
})
