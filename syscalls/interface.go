package syscalls

// interfaceOps are the commands of sockets, most of which are about network interfaces.
func interfaceOps() []op {
	var (
		// wish and answer are struct ifreq, whose fields the command decides.
		wish   = argp(in(Custom{Name: "ifreq", Args: []string{"op"}}))
		answer = argp(in(Custom{Name: "ifreqAnswer", Args: []string{"op"}}))

		set, get = argp(in(num)), argp(out(num))

		bridge = argp(in(Custom{Name: "bridgeName"}))
		port   = argp(in(Custom{Name: "bridgePort"}))
	)
	all := []op{
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
		{"SIOCBRADDBR", bridge},
		{"SIOCBRDELBR", bridge},
		{"SIOCBRADDIF", port},
		{"SIOCBRDELIF", port},
		{"SIOCGIFENCAP", get},
		{"SIOCSIFENCAP", set},
		{"SIOCOUTQNSD", get},
		{"SIOCGIFSLAVE", answer},
		{"SIOCSIFSLAVE", wish},
		{"SIOCADDMULTI", wish},
		{"SIOCDELMULTI", wish},
		{"SIOCSIFHWBROADCAST", wish},
		{"SIOCGIFMAP", answer},
		{"SIOCSIFMAP", wish},
	}
	for _, name := range []string{
		"SIOCGSTAMP_OLD", "SIOCGSTAMPNS_OLD", "SIOCADDRT", "SIOCDELRT",
		"SIOCRTMSG", "SIOCSIFLINK", "SIOCGIFMEM", "SIOCSIFMEM",
		"SIOCSIFPFLAGS", "SIOCGIFPFLAGS", "SIOCDIFADDR", "SIOCGIFCOUNT",
		"SIOCGIFBR", "SIOCSIFBR", "SIOCETHTOOL", "SIOCGMIIPHY",
		"SIOCGMIIREG", "SIOCSMIIREG", "SIOCWANDEV", "SIOCGSKNS",
		"SIOCDARP", "SIOCGARP", "SIOCSARP", "SIOCDRARP",
		"SIOCGRARP", "SIOCSRARP", "SIOCADDDLCI", "SIOCDELDLCI",
		"SIOCGIFVLAN", "SIOCSIFVLAN", "SIOCBONDENSLAVE", "SIOCBONDRELEASE",
		"SIOCBONDSETHWADDR", "SIOCBONDSLAVEINFOQUERY", "SIOCBONDINFOQUERY", "SIOCBONDCHANGEACTIVE",
		"SIOCSHWTSTAMP", "SIOCGHWTSTAMP", "SIOCGSTAMP_NEW", "SIOCGSTAMPNS_NEW",
	} {
		all = append(all, op{name, argp(addr)})
	}
	return all
}
