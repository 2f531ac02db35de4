package procfs

// Wchan returns the kernel function that a task sleeps in; empty for one that does not
// sleep, and where the kernel keeps that to itself.
func Wchan(tid int) (string, error) {
	raw, err := read(tid, "wchan")
	if err != nil || string(raw) == "0" {
		return "", err
	}
	return string(raw), nil
}
