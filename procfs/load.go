package procfs

// A LoadFile is /proc/loadavg held open: asking allocates nothing.
type LoadFile struct {
	held
	buf [128]byte
}

// OpenLoad opens /proc/loadavg.
func OpenLoad() (*LoadFile, error) {
	h, err := hold("/proc/loadavg")
	if err != nil {
		return nil, err
	}
	return &LoadFile{held: h}, nil
}

// Runnable returns how many threads of the machine run or could run now, the
// caller among them.
func (f *LoadFile) Runnable() (int, error) {
	raw, err := f.read(f.buf[:])
	if err != nil {
		return 0, err
	}
	return parseRunnable(raw)
}

// parseRunnable takes the first half of the fourth field: "0.20 0.18 0.12 1/80 11206".
func parseRunnable(raw []byte) (int, error) {
	f := fields{rest: raw}
	f.skip(3)
	runnable := f.number(f.until("/"), 10)
	return int(runnable), f.failed("loadavg")
}
