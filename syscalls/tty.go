package syscalls

import "github.com/trapline/trapline/uapi"

// ttyOps are the commands of terminals, and those of every descriptor that share their
// type.
func ttyOps() []op {
	var (
		set, get = argp(in(num)), argp(out(num))
		winsize  = record("winsize", fields{{Name: "ws_row", Type: u16}, {Name: "ws_col", Type: u16}, {Name: "ws_xpixel", Type: u16}, {Name: "ws_ypixel", Type: u16}})
		modem    = flags(uapi.ModemLines)

		// termios is the kernel's struct termios, termios2 the same with speeds, and
		// termio their ancestor with shorter words.
		termios  = Custom{Name: "termios"}
		termios2 = Custom{Name: "termios2"}
		termio   = Custom{Name: "termio"}
	)
	return []op{
		{"TCGETS", argp(out(termios))},
		{"TCSETS", argp(in(termios))},
		{"TCSETSW", argp(in(termios))},
		{"TCSETSF", argp(in(termios))},
		{"TCGETA", argp(out(termio))},
		{"TCSETA", argp(in(termio))},
		{"TCSETAW", argp(in(termio))},
		{"TCSETAF", argp(in(termio))},
		{"TCGETS2", argp(out(termios2))},
		{"TCSETS2", argp(in(termios2))},
		{"TCSETSW2", argp(in(termios2))},
		{"TCSETSF2", argp(in(termios2))},
		{"TIOCGLCKTRMIOS", argp(out(termios))},
		{"TIOCSLCKTRMIOS", argp(in(termios))},
		{"TCSBRK", argp(num)},
		{"TCSBRKP", argp(num)},
		{"TCXONC", argp(enumOf(Long, uapi.FlowActions))},
		{"TCFLSH", argp(enumOf(Long, uapi.FlushQueues))},
		{"TIOCSCTTY", argp(num)},
		{"TIOCSTI", argp(in(Custom{Name: "char"}))},
		{"TIOCGWINSZ", argp(out(winsize))},
		{"TIOCSWINSZ", argp(in(winsize))},
		{"TIOCMGET", argp(out(modem))},
		{"TIOCMBIS", argp(in(modem))},
		{"TIOCMBIC", argp(in(modem))},
		{"TIOCMSET", argp(in(modem))},
		{"TIOCGPGRP", get},
		{"TIOCSPGRP", set},
		{"TIOCGSID", get},
		{"TIOCOUTQ", get},
		{"TIOCGSOFTCAR", get},
		{"TIOCSSOFTCAR", set},
		{"TIOCPKT", set},
		{"TIOCSETD", set},
		{"TIOCGETD", get},
		{"TIOCGPTN", get},
		{"TIOCSPTLCK", set},
		{"TIOCGDEV", get},
		{"TIOCGEXCL", get},
		{"FIONREAD", get},
		{"FIONBIO", set},
		{"FIOASYNC", set},
		{"TIOCEXCL", bare},
		{"TIOCNXCL", bare},
		{"TIOCCONS", bare},
		{"TIOCNOTTY", bare},
		{"TIOCSBRK", bare},
		{"TIOCCBRK", bare},
		{"TIOCVHANGUP", bare},
		{"TIOCSSERIAL", bare},
		{"FIONCLEX", bare},
		{"FIOCLEX", bare},
	}
}
