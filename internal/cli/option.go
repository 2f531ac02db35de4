package cli

// An option is one of the trace command's, as strace has it.
type option struct {
	short byte   // 'o'; zero for none
	long  string // "output"; empty for none
	// also are other long names of the same option.
	also []string
	// arg names the argument: "FILE". In brackets it may be left out, and the short
	// form takes none: "[=WHEN]".
	arg   string
	group group
	help  string
	// set applies the option; nil means that it is not supported yet.
	set func(*settings, given) error
}

// given is an option as it was written: its name, "-s" or "--string-limit", and
// its argument.
type given struct {
	name, value string
	bare        bool // no argument
}

// A group is a heading in the help.
type group uint8

const (
	general group = iota
	startup
	tracing
	filtering
	tamperings
	format
	statistics
	miscellaneous
	hidden // not in the help
)

var groupNames = [...]string{
	general:       "General",
	startup:       "Startup",
	tracing:       "Tracing",
	filtering:     "Filtering",
	tamperings:    "Tampering",
	format:        "Output format",
	statistics:    "Statistics",
	miscellaneous: "Miscellaneous",
}

// optional says whether the long form's argument may be left out.
func (o *option) optional() bool { return o.arg != "" && o.arg[0] == '[' }

// named says whether name is one of the option's long names.
func (o *option) named(name string) bool {
	if o.long != "" && o.long == name {
		return true
	}
	for _, also := range o.also {
		if also == name {
			return true
		}
	}
	return false
}

// String is how messages call the option: "-o/--output".
func (o *option) String() string {
	switch {
	case o.long == "":
		return "-" + string(o.short)
	case o.short == 0:
		return "--" + o.long
	}
	return "-" + string(o.short) + "/--" + o.long
}

// apply hands the option what was given.
func (o *option) apply(s *settings, g given) error {
	if o.set == nil {
		return notYet(o.String())
	}
	return o.set(s, g)
}
