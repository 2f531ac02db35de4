package syscalls

// interfaceOps are the commands of sockets, most of which are about network interfaces.
func interfaceOps() []op {
	var (
		// wish and answer are struct ifreq, whose fields the command decides.
		wish   = argp(in(Custom{Name: "ifreq", Args: []string{"op"}}))
		answer = argp(in(Custom{Name: "ifreqAnswer", Args: []string{"op"}}))

		set, get = argp(in(num)), argp(out(num))
	)
	return []op{
		{"FIOSETOWN", set},
		{"SIOCSPGRP", set},
		{"FIOGETOWN", get},
		{"SIOCGPGRP", get},
		{"SIOCATMARK", get},
		{"SIOCGIFCONF", argp(in(Custom{Name: "ifconf"}))},
		{"SIOCGIFNAME", answer},
		{"SIOCGIFFLAGS", answer},
		{"SIOCSIFFLAGS", wish},
		{"SIOCGIFADDR", answer},
		{"SIOCSIFADDR", wish},
		{"SIOCGIFDSTADDR", answer},
		{"SIOCSIFDSTADDR", wish},
		{"SIOCGIFBRDADDR", answer},
		{"SIOCSIFBRDADDR", wish},
		{"SIOCGIFNETMASK", answer},
		{"SIOCSIFNETMASK", wish},
		{"SIOCGIFMETRIC", answer},
		{"SIOCSIFMETRIC", wish},
		{"SIOCGIFMTU", answer},
		{"SIOCSIFMTU", wish},
		{"SIOCSIFNAME", wish},
		{"SIOCSIFHWADDR", wish},
		{"SIOCGIFHWADDR", answer},
		{"SIOCGIFINDEX", answer},
		{"SIOCGIFTXQLEN", answer},
		{"SIOCSIFTXQLEN", wish},
		{"SIOCBRADDBR", argp(str)},
		{"SIOCBRDELBR", argp(str)},
	}
}
