package syscalls

// Rusage is struct rusage: what a process has used.
var Rusage = record("rusage", fields{
	{Name: "ru_utime", Type: timeval},
	{Name: "ru_stime", Type: timeval},
	{Name: "ru_maxrss", Type: kulong, Verbose: true},
	{Name: "ru_ixrss", Type: kulong, Verbose: true},
	{Name: "ru_idrss", Type: kulong, Verbose: true},
	{Name: "ru_isrss", Type: kulong, Verbose: true},
	{Name: "ru_minflt", Type: kulong, Verbose: true},
	{Name: "ru_majflt", Type: kulong, Verbose: true},
	{Name: "ru_nswap", Type: kulong, Verbose: true},
	{Name: "ru_inblock", Type: kulong, Verbose: true},
	{Name: "ru_oublock", Type: kulong, Verbose: true},
	{Name: "ru_msgsnd", Type: kulong, Verbose: true},
	{Name: "ru_msgrcv", Type: kulong, Verbose: true},
	{Name: "ru_nsignals", Type: kulong, Verbose: true},
	{Name: "ru_nvcsw", Type: kulong, Verbose: true},
	{Name: "ru_nivcsw", Type: kulong, Verbose: true},
})
