package cli

import (
	"strconv"
	"strings"
)

func setEnv(s *settings, g given) error {
	s.env = append(s.env, g.value)
	return nil
}

func setUser(s *settings, g given) error {
	s.user, s.hasUser = g.value, true
	return nil
}

func setArgv0(s *settings, g given) error {
	s.argv0 = &g.value
	return nil
}

// setAttach reads process ids, which commas or white space part.
func setAttach(s *settings, g given) error {
	for _, field := range strings.FieldsFunc(g.value, func(r rune) bool { return strings.ContainsRune(", \t\n", r) }) {
		pid, err := strconv.ParseInt(field, 10, 32)
		if err != nil || pid <= 0 {
			return complaint("Invalid process id: '%s'", field)
		}
		s.pids = append(s.pids, int(pid))
	}
	return nil
}
