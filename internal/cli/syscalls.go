package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/trapline/trapline/abi"
	"github.com/trapline/trapline/filter"
)

// A question is what the syscalls command is asked.
type question struct {
	abi  string // an ABI's name; empty for all
	flag string // a name of a value
	json bool
}

func newSyscalls() *cobra.Command {
	var q question
	cmd := &cobra.Command{
		Use:                   "syscalls [OPTIONS] [SET]...",
		DisableFlagsInUseLine: true,
		Short:                 "Say what is known of system calls",
		Long: "Lists system calls, or explains the one that is named: its numbers, its parameters\n" +
			"and the values they take. SET is what trace -e trace= takes: names, numbers, groups\n" +
			"such as %file, /REGEX.\n\n" +
			"Options:\n" +
			"  --abi NAME   of one ABI only: amd64, i386, x32 or arm64\n" +
			"  --flag NAME  where a value of that name can be given, such as O_CLOEXEC or the ioctl\n" +
			"               command TCGETS, and the parameters that go with it\n" +
			"  --json       as data",
		Example: "  trapline syscalls openat\n  trapline syscalls --abi arm64 %file\n  trapline syscalls --flag O_CLOEXEC",
		RunE: func(cmd *cobra.Command, args []string) error {
			return q.answer(cmd.OutOrStdout(), args)
		},
		ValidArgsFunction: completeCalls,
	}
	cmd.Flags().StringVar(&q.abi, "abi", "", "of one ABI only")
	cmd.Flags().StringVar(&q.flag, "flag", "", "where a value of that name can be given")
	cmd.Flags().BoolVar(&q.json, "json", false, "as data")
	cmd.RegisterFlagCompletionFunc("abi", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return abiNames(), cobra.ShellCompDirectiveNoFileComp
	})
	cmd.RegisterFlagCompletionFunc("flag", completeValues)
	return cmd
}

func abiNames() []string {
	var names []string
	for _, a := range abi.All {
		names = append(names, a.Name)
	}
	return names
}

// completeValues completes the name of a value that any call takes.
func completeValues(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, c := range describeCalls(abi.All, filter.AllCalls()) {
		c.each(func(_ string, p *paramInfo) {
			for _, set := range p.Sets {
				for _, v := range set.Values {
					if strings.HasPrefix(v.Name, typed) {
						names = append(names, v.Name)
					}
				}
			}
		})
	}
	slices.Sort(names)
	return slices.Compact(names), cobra.ShellCompDirectiveNoFileComp
}

func (q *question) answer(w io.Writer, args []string) error {
	abis := abi.All
	if q.abi != "" {
		a, ok := abi.Find(q.abi)
		if !ok {
			return fmt.Errorf("there is no ABI %s, but %s", strconv.Quote(q.abi), strings.Join(abiNames(), ", "))
		}
		abis = []*abi.ABI{a}
	}
	set := filter.AllCalls()
	if len(args) > 0 {
		var err error
		if set, err = filter.ParseCalls(strings.Join(args, ",")); err != nil {
			return err
		}
	}
	calls := describeCalls(abis, set)
	switch {
	case q.flag != "":
		return q.uses(w, calls)
	case q.json:
		return writeJSON(w, calls)
	case named(calls, args):
		return explain(w, calls)
	}
	return list(w, abis, calls)
}

// named reports whether args name the calls one by one.
func named(calls []*callInfo, args []string) bool {
	for _, c := range calls {
		if !slices.ContainsFunc(args, func(arg string) bool { return slices.Contains(strings.Split(arg, ","), c.Name) }) {
			return false
		}
	}
	return len(calls) > 0
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// list writes a line for each call.
func list(w io.Writer, abis []*abi.ABI, calls []*callInfo) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "NAME")
	for _, a := range abis {
		fmt.Fprint(t, "\t", strings.ToUpper(a.Name))
	}
	fmt.Fprintln(t, "\tGROUPS")
	for _, c := range calls {
		fmt.Fprint(t, c.Name)
		for _, a := range abis {
			number := "-"
			if nr, ok := c.Numbers[a.Name]; ok {
				number = fmt.Sprint(nr &^ a.NRBit)
			}
			fmt.Fprint(t, "\t", number)
		}
		fmt.Fprintln(t, "\t"+strings.Join(c.Groups, " "))
	}
	return t.Flush()
}

// A use is a place where a value can be given.
type use struct {
	Call  string `json:"call"`
	Param string `json:"parameter"`
	Set   string `json:"set"`
	Value string `json:"value"`
}

// uses writes where the value can be given, and what there is only with it.
func (q *question) uses(w io.Writer, calls []*callInfo) error {
	found, about := []use{}, []*callInfo{}
	for _, c := range calls {
		if only := c.only(q.flag); len(only) > 0 {
			about = append(about, &callInfo{Name: c.Name, Params: only})
		}
		c.each(func(place string, p *paramInfo) {
			for _, set := range p.Sets {
				for _, v := range set.Values {
					if v.Name == q.flag {
						found = append(found, use{c.Name, place, set.Name, v.Value})
					}
				}
			}
		})
	}
	if len(found) == 0 {
		return fmt.Errorf("no call takes %s", strconv.Quote(q.flag))
	}
	if q.json {
		return writeJSON(w, found)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, u := range found {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", u.Call, u.Param, u.Value, u.Set)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, c := range about {
		fmt.Fprintln(w, "\n"+c.Name)
		for _, p := range c.Params {
			p.explain(w, "  ")
		}
	}
	return nil
}

// only are the parameters that are there only with a value of that name.
func (c *callInfo) only(value string) (params []*paramInfo) {
	c.each(func(_ string, p *paramInfo) {
		if slices.Contains(strings.Fields(p.Only), value) {
			params = append(params, p)
		}
	})
	return params
}
