package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A coverage is a run of the generated program of which kcov and we find the lines.
type coverage struct {
	name string
	args []string
}

var coverages = []coverage{
	{"cover 50,000 lines", []string{"1"}},
	{"cover 8 threads", []string{"1", "threads", "8"}},
	{"cover 50 children", []string{"1", "children", "50"}},
}

// steadyName is the row that compares with the program alone, which works for several seconds.
const steadyName = "cover steady"

// steadyRounds is how often it calls all functions then.
const steadyRounds = "120000"

// covered is what the rows of the cover command measure. Without kcov there are none but the last.
func covered(dir string) error {
	program := sync.OnceValues(func() (string, error) { return build(dir) })
	for _, c := range coverages {
		if !chosen(c.name) || *kcov == "" || *trapline == "" {
			continue
		}
		path, err := program()
		if err == nil {
			err = c.race(dir, path)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	if !chosen(steadyName) || *trapline == "" {
		return nil
	}
	path, err := program()
	if err != nil {
		return err
	}
	return steady(dir, path)
}

// race measures kcov and us in turn; each makes all of its reports.
func (c *coverage) race(dir, program string) error {
	command := append([]string{program}, c.args...)
	untraced, err := measure(dir, command)
	if err != nil {
		return err
	}
	their := append([]string{*kcov, "--clean", "theirs"}, command...)
	our := append([]string{*trapline, "cover", "--clean", "-o", "ours", "--"}, command...)
	r, err := alternate(dir, their, our)
	if err != nil {
		return err
	}
	r.print(c.name, os.DevNull, untraced)
	return nil
}

// steady measures the program alone and with us in turn, when every line is soon hit. What we do
// before and after, by a run of one round, is told beside and not taken off.
func steady(dir, program string) error {
	with := func(rounds string) []string {
		return []string{*trapline, "cover", "--clean", "-o", "ours", "--", program, rounds}
	}
	start, err := measure(dir, with("1"))
	if err != nil {
		return err
	}
	r, err := alternate(dir, []string{program, steadyRounds}, with(steadyRounds))
	if err != nil {
		return err
	}
	_, alone, _ := quartiles(r.theirs)
	_, ours, _ := quartiles(r.ours)
	fmt.Printf("%-24s alone %.2fs, with us %.2fs (one round alone %.2fs): ratio %.2f, middle half %.2f to %.2f; aim 1.3\n",
		steadyName, alone, ours, start.wall.Seconds(), r.ratio, r.q1, r.q3)
	return nil
}

// build compiles the generated program.
func build(dir string) (program string, err error) {
	if err := os.WriteFile(filepath.Join(dir, "lines.c"), []byte(generate()), 0o666); err != nil {
		return "", err
	}
	return filepath.Join(dir, "lines"), shell(dir, "gcc -O0 -g -pthread -o lines $PWD/lines.c")
}

const functions = 1900 // of 30 lines each

// generate returns the text of a program of 50,000 lines: functions with branches, all of which are
// called again and again, by threads or by children if it is told.
func generate() string {
	var b strings.Builder
	b.WriteString(preamble)
	for i := range functions {
		fmt.Fprintf(&b, "int f%d(int x)\n{\n\tint s = x;\n", i)
		for bit := range 6 {
			fmt.Fprintf(&b, "\tif (s & %d)\n\t\ts += %d;\n\telse\n\t\ts ^= %d;\n", 1<<bit, 1+(i+bit)%9, 1+(i*7+bit)%9)
		}
		b.WriteString("\treturn s;\n}\n\n")
	}
	b.WriteString("int (*all[])(int) = {\n")
	for i := range functions {
		fmt.Fprintf(&b, "\tf%d,\n", i)
	}
	b.WriteString("};\n" + mainFunction)
	return b.String()
}

const preamble = `#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern int (*all[])(int);
`

const mainFunction = `
static long rounds;

void *work(void *part)
{
	long s = 0, each = part ? 1 : 0;
	for (long r = 0; r < rounds; r++)
		for (int i = 0; i < sizeof all / sizeof *all; i++)
			s += all[i](r * 7 + i + each);
	return (void *)s;
}

int main(int argc, char **argv)
{
	rounds = atol(argv[1]);
	int n = argc > 3 ? atoi(argv[3]) : 0;
	pthread_t threads[64];
	if (n == 0)
		printf("%ld\n", (long)work(0));
	else if (strcmp(argv[2], "threads") == 0) {
		for (int i = 0; i < n; i++)
			pthread_create(&threads[i], 0, work, argv);
		for (int i = 0; i < n; i++)
			pthread_join(threads[i], 0);
	} else
		for (int i = 0; i < n; i++) {
			if (fork() == 0)
				_exit((long)work(0) == 1);
			wait(0);
		}
	return 0;
}
`
