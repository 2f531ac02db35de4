package syscalls

import "github.com/trapline/trapline/value"

// The commands of descriptors that events come from.

// inotifyOps are the commands of inotify.
func inotifyOps() []op {
	return []op{
		{"INOTIFY_IOC_SETNEXTWD", argp(num)},
	}
}

// epollOps are the commands of epoll.
func epollOps() []op {
	hex8 := Bits{Width: 1, Form: value.Hex}
	polling := record("epoll_params", fields{
		{Name: "busy_poll_usecs", Type: customOf(4, "microseconds")},
		{Name: "busy_poll_budget", Type: u16},
		{Name: "prefer_busy_poll", Type: hex8},
		{Name: "__pad", Type: hex8, Spare: true},
	})
	return []op{
		{"EPIOCSPARAMS", argp(in(polling))},
		{"EPIOCGPARAMS", argp(out(polling))},
	}
}
