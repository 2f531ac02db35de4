package syscalls

import "github.com/trapline/trapline/uapi"

// watchdogOps are the commands of watchdogs.
func watchdogOps() []op {
	get := argp(out(num))
	support := record("watchdog_info", fields{
		{Name: "options", Type: flags(uapi.WatchdogFeatures)},
		{Name: "firmware_version", Type: x32, Verbose: true},
		{Name: "identity", Type: Str{Path: true, Room: 32}, Verbose: true},
	})
	return []op{
		{"WDIOC_GETSUPPORT", argp(out(support))},
		{"WDIOC_GETSTATUS", get},
		{"WDIOC_GETBOOTSTATUS", get},
		{"WDIOC_GETTEMP", get},
		{"WDIOC_SETOPTIONS", argp(in(flags(uapi.WatchdogOptions)))},
		{"WDIOC_KEEPALIVE", bare},
		{"WDIOC_SETTIMEOUT", argp(inout(num))},
		{"WDIOC_GETTIMEOUT", get},
		{"WDIOC_SETPRETIMEOUT", argp(inout(num))},
		{"WDIOC_GETPRETIMEOUT", get},
		{"WDIOC_GETTIMELEFT", get},
	}
}
