package cli

import (
	"os"

	"github.com/trapline/trapline/decode"
	"github.com/trapline/trapline/filter"
)

var fdWords = []filter.Word{
	{Name: "path", Bits: uint8(decode.FDPath)},
	{Name: "socket", Bits: uint8(decode.FDSocket)},
	{Name: "dev", Bits: uint8(decode.FDDevice)},
	{Name: "pidfd", Bits: uint8(decode.FDPIDFD)},
	{Name: "eventfd", Bits: uint8(decode.FDEventFD)},
	{Name: "signalfd", Bits: uint8(decode.FDSignalFD)},
}

// setDecodeFDs reads -y, which counts, and --decode-fds, which names.
func setDecodeFDs(s *settings, g given) error {
	if g.name == "-y" {
		s.decodeFDs++
		s.render.FDs = decode.FDPath
		if s.decodeFDs > 1 {
			s.render.FDs = decode.FDAll
		}
		return nil
	}
	s.decodeFDsLong = true
	if g.bare {
		s.render.FDs = decode.FDPath
		return nil
	}
	set, err := filter.ParseWords("decode-fds", g.value, fdWords)
	s.render.FDs = decode.FDDetail(set)
	return err
}

var pidWords = []filter.Word{
	{Name: "comm", Bits: uint8(decode.PIDComm)},
	{Name: "pidns", Bits: uint8(decode.PIDNamespace)},
}

// setDecodePIDs reads -Y and --decode-pids.
func setDecodePIDs(s *settings, g given) error {
	if g.bare {
		s.render.PIDs |= decode.PIDComm
		return nil
	}
	set, err := filter.ParseWords("decode-pids", g.value, pidWords)
	s.render.PIDs = decode.PIDDetail(set)
	return err
}

// setTranslatePIDs reads --pidns-translation, an old name for a part of --decode-pids.
func setTranslatePIDs(s *settings, g given) error {
	s.render.PIDs |= decode.PIDNamespace
	return nil
}

func setDecodeURing(s *settings, g given) error {
	s.render.Entries = true
	return nil
}

func setNamespace(s *settings, g given) error {
	if g.value != "new" {
		return complaint("invalid -e namespace= argument: '%s'", g.value)
	}
	s.render.Namespaces = true
	return nil
}

// setKVM reads --kvm.
func setKVM(s *settings, g given) error {
	switch g.value {
	case "vcpu":
		s.render.VCPU = decode.VCPUExit
	case "vcpu+":
		s.render.VCPU = decode.VCPUExit | decode.VCPUState
	default:
		return complaint("invalid -e kvm= argument: '%s'", g.value)
	}
	return nil
}

func setTracePath(s *settings, g given) error {
	if resolved := s.subject().AddPath(g.value); resolved != "" {
		s.resolved = append(s.resolved, [2]string{g.value, resolved})
	}
	return nil
}

func setTraceFDs(s *settings, g given) error {
	set, err := filter.ParseDescriptors(g.value)
	if err == nil {
		s.subject().SetDescriptors(set)
	}
	return err
}

// subject is what calls have to be about to be shown.
func (s *settings) subject() *filter.Subject {
	if s.about == nil {
		s.about = &filter.Subject{}
		s.render.About = s.about
	}
	return s.about
}

// selinux is there when the kernel has SELinux switched on.
const selinux = "/sys/fs/selinux/enforce"

var secontextWords = []filter.Word{{Name: "full", Bits: 1}, {Name: "mismatch", Bits: 2}}

// setSecontext reads --secontext. Where there is no SELinux there is nothing to show.
func setSecontext(_ *settings, g given) error {
	if !g.bare {
		if _, err := filter.ParseWords("secontext", g.value, secontextWords); err != nil {
			return err
		}
	}
	if _, err := os.Stat(selinux); err == nil {
		return notYet(g.name)
	}
	return nil
}
