package sweep

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Faults are the runs that show something to mend, in order.
func (r *Report) Faults() (faults []*Run) {
	for _, run := range r.Runs {
		if run.Outcome.Fault() {
			faults = append(faults, run)
		}
	}
	return faults
}

// WriteText writes the faults, or with all every run, and how often each call came to what.
func (r *Report) WriteText(w io.Writer, all bool) error {
	var b strings.Builder
	fmt.Fprintln(&b, r.headline())
	for _, part := range r.Unsteady {
		fmt.Fprintf(&b, "Its %s is not the same in two undisturbed runs and was not compared.\n", part)
	}
	if r.Skipped > 0 {
		fmt.Fprintf(&b, "%d more were left out.\n", r.Skipped)
	}
	for _, run := range r.Runs {
		if all || run.Outcome.Fault() {
			b.WriteString("\n" + run.text())
		}
	}
	if len(r.Runs) > 0 {
		b.WriteString("\n")
		r.table(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// headline says in one line what came out.
func (r *Report) headline() string {
	line := fmt.Sprintf("%s in %s: ", count(len(r.Runs), "run"), r.Took.Round(10*time.Millisecond))
	counts := map[Outcome]int{}
	for _, run := range r.Runs {
		counts[run.Outcome]++
	}
	var found []string
	for o := Swallowed; o <= Hung; o++ {
		if counts[o] > 0 {
			found = append(found, fmt.Sprintf("%d %s", counts[o], o))
		}
	}
	if found == nil {
		return line + "no fault found"
	}
	return line + strings.Join(found, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// text is what there is to say of a run.
func (r *Run) text() string {
	const indent = "           "
	line := strings.Join(strings.Fields(r.Line), " ")
	return fmt.Sprintf("%-*s%s: %s\n%s%s\n", len(indent), strings.ToUpper(r.Outcome.String()), r.Rule(), r.Detail, indent, line)
}

// table says how often each call came to which outcome.
func (r *Report) table(w io.Writer) {
	var calls []string
	counts := map[string]*[Hung + 1]int{}
	var total [Hung + 1]int
	for _, run := range r.Runs {
		if counts[run.Call] == nil {
			calls = append(calls, run.Call)
			counts[run.Call] = new([Hung + 1]int)
		}
		counts[run.Call][run.Outcome]++
		total[run.Outcome]++
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(first string, cell func(Outcome) any) {
		fmt.Fprint(t, first)
		for o := Missed; o <= Hung; o++ {
			if total[o] > 0 {
				fmt.Fprintf(t, "\t%v", cell(o))
			}
		}
		fmt.Fprintln(t)
	}
	line("CALL", func(o Outcome) any { return strings.ToUpper(o.String()) })
	for _, call := range calls {
		line(call, func(o Outcome) any { return counts[call][o] })
	}
	t.Flush()
}
