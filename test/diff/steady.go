package main

import (
	"regexp"
	"strings"
)

// Times are never the same twice, so that what two runs of the reference have in common by chance
// must not count. Their digits become nines; how many there are still counts. Nor does the load of
// the machine count, that sysinfo tells, nor how many event descriptors it has.
var (
	stamp    = regexp.MustCompile(`^(TASK )?(\d\d:\d\d:\d\d(\.\d+)?|\d{10}(\.\d+)?|\d{4}-\d\d-\d\dT\S+)( \(\+ +[\d.]+\))? `)
	relative = regexp.MustCompile(`^(TASK )?( *\d+(\.\d+)?) `)
	spent    = regexp.MustCompile(`<\d+(\.\d+)?>$`)
	cpuTime  = regexp.MustCompile(`(si_[us]time=)\d+( /\* [\d.]+ s \*/)?`)
	machine  = regexp.MustCompile(`sysinfo\(\{.*\}`)
	counter  = regexp.MustCompile(`eventfd-id=\d+`)
	number   = regexp.MustCompile(`\d+`)
	digit    = regexp.MustCompile(`\d`)
)

func nines(text string) string { return digit.ReplaceAllString(text, "9") }

// steady takes the times out of a line.
func (c *command) steady(line string) string {
	line = unsieved(line)
	line = cpuTime.ReplaceAllString(line, "${1}9")
	line = machine.ReplaceAllStringFunc(line, func(info string) string { return number.ReplaceAllString(info, "9") })
	line = counter.ReplaceAllString(line, "eventfd-id=9")
	switch {
	case c.summary:
		return steadyRow(line)
	case c.times:
		line = stamp.ReplaceAllStringFunc(line, nines)
		line = spent.ReplaceAllStringFunc(line, nines)
	case c.relative:
		line = relative.ReplaceAllStringFunc(line, nines)
	}
	return line
}

// timeColumns is the width of the summary's columns of times: % time, seconds, usecs/call.
const timeColumns = len("100.00    0.000000           0")

// steadyRow takes the times out of a row of the summary, which leaves calls, errors and name.
func steadyRow(line string) string {
	if len(line) < timeColumns || strings.HasPrefix(line, "%") || strings.HasPrefix(line, "-") {
		return line
	}
	return nines(strings.TrimLeft(line[:timeColumns], " 0123456789.")) + line[timeColumns:]
}
