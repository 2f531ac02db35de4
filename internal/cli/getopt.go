package cli

import (
	"fmt"
	"strings"
)

// getopt reads options as GNU getopt_long does and hands each to give. They end at
// the first argument that is none, or behind "--"; rest is what follows.
//
// It is written out because pflag differs where scripts notice: getopt takes any
// unambiguous beginning of a long name, and "-o=x" is the file "=x".
func getopt(args []string, give func(*option, given) error) (rest []string, err error) {
	for len(args) > 0 && err == nil {
		arg := args[0]
		switch {
		case arg == "--":
			return args[1:], nil
		case strings.HasPrefix(arg, "--"):
			args, err = longOption(arg[2:], args[1:], give)
		case len(arg) > 1 && arg[0] == '-':
			args, err = cluster(arg[1:], args[1:], give)
		default:
			return args, nil
		}
	}
	return args, err
}

// cluster reads the short options of one argument. The first that takes an argument
// ends it: the rest of the cluster is that, or the next argument is.
func cluster(letters string, args []string, give func(*option, given) error) ([]string, error) {
	for i := range len(letters) {
		o := shortOption(letters[i])
		if o == nil {
			return nil, usage("invalid option -- '%c'", letters[i])
		}
		g := given{name: "-" + letters[i:i+1], bare: true}
		if o.arg == "" || o.optional() {
			if err := give(o, g); err != nil {
				return nil, err
			}
			continue
		}
		g.bare, g.value = false, letters[i+1:]
		if g.value == "" {
			if len(args) == 0 {
				return nil, usage("option requires an argument -- '%c'", letters[i])
			}
			g.value, args = args[0], args[1:]
		}
		return args, give(o, g)
	}
	return args, nil
}

// longOption reads an option written "name" or "name=value".
func longOption(written string, args []string, give func(*option, given) error) ([]string, error) {
	name, value, hasValue := strings.Cut(written, "=")
	o, full, err := findLong(name, written)
	if err != nil {
		return nil, err
	}
	g := given{name: "--" + full, value: value, bare: !hasValue}
	switch {
	case hasValue && o.arg == "":
		return nil, usage("option '--%s' doesn't allow an argument", full)
	case !hasValue && o.arg != "" && !o.optional():
		if len(args) == 0 {
			return nil, usage("option '--%s' requires an argument", full)
		}
		g.bare, g.value, args = false, args[0], args[1:]
	}
	return args, give(o, g)
}

func shortOption(letter byte) *option {
	for i := range options {
		if options[i].short == letter && letter != 0 {
			return &options[i]
		}
	}
	return nil
}

// findLong returns the option whose long name is name or begins with it, and the
// full name. Its errors quote the option as it was written.
func findLong(name, written string) (o *option, full string, err error) {
	var possible []string
	same := true
	for i := range options {
		if options[i].named(name) {
			return &options[i], name, nil
		}
		for _, candidate := range options[i].longNames() {
			if strings.HasPrefix(candidate, name) {
				possible = append(possible, candidate)
				same = same && (o == nil || o == &options[i])
				o, full = &options[i], candidate
			}
		}
	}
	switch {
	case o == nil:
		return nil, "", usage("unrecognized option '--%s'", written)
	case !same:
		return nil, "", ambiguous(written, possible)
	}
	return o, full, nil
}

func (o *option) longNames() []string {
	if o.long == "" {
		return nil
	}
	return append([]string{o.long}, o.also...)
}

func ambiguous(written string, possible []string) error {
	var b strings.Builder
	for _, p := range possible {
		fmt.Fprintf(&b, " '--%s'", p)
	}
	return usage("option '--%s' is ambiguous; possibilities:%s", written, b.String())
}
