package cli

import (
	"math"
	"strconv"
)

func setFollow(s *settings, g given) error {
	s.follow++
	s.separately = s.separately || g.name == "-f" && s.follow > 1
	return nil
}

func setForkOnly(s *settings, g given) error {
	s.forkOnly = true
	return nil
}

func setSeparately(s *settings, g given) error {
	s.separately = true
	return nil
}

// setDaemon reads -D, which counts, and --daemonize, which names.
func setDaemon(s *settings, g given) error {
	if g.name == "-D" {
		s.daemonCount++
		s.daemon = daemon(s.daemonCount)
		return nil
	}
	s.daemonLong = true
	switch g.value {
	case "grandchild":
		s.daemon = grandchild
	case "pgroup", "pgrp":
		s.daemon = pgroup
	case "session":
		s.daemon = session
	default:
		if !g.bare {
			return invalid(g)
		}
		s.daemon = grandchild
	}
	return nil
}

func setInterruptible(s *settings, g given) error {
	for i, name := range interruptibleNames {
		if i > 0 && (g.value == name || g.value == strconv.Itoa(i)) {
			s.interruptible = interruptible(i)
			return nil
		}
	}
	return invalid(g)
}

func setDetachOn(s *settings, g given) error {
	if g.value != "execve" {
		return complaint("Syscall '%s' for -b isn't supported", g.value)
	}
	s.detachOnExec = true
	return nil
}

func setKillOnExit(s *settings, g given) error {
	s.killOnExit = true
	return nil
}

func setLimit(s *settings, g given) error {
	n, err := strconv.ParseUint(g.value, 10, 64)
	if err != nil || n == 0 || n > math.MaxInt64 {
		return invalid(g)
	}
	s.limit = n
	return nil
}
