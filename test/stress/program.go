package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/trapline/trapline/internal/fixture"
)

// programs run twice, untraced and traced, in directories that the same script prepared.
var programs = []check{
	{"job control", script("", `exec python3 -c "$TERMINAL"`)},
	{"git clone", script(repository, `git clone -q repo clone && git -C clone log --oneline | wc -l && git -C clone fsck 2>&1`)},
	{"make -j4", script(project, `make -s -j4 && ./prog`)},
	{"go build", script(goModule, `GOCACHE=$PWD/../cache go build -o prog . && ./prog`)},
	{"python", script("", `python3 -c "$PYTHON"`)},
	{"node", script("", `node -e "$NODE"`)},
	{"1000 threads", program("threads", "1000")},
	{"5000 forks", program("forkburst", "5000")},
	{"fork storm", program("forkstorm", "300")},
	{"kill storm", program("killstorm", "300")},
	{"starving sibling", program("starve")},
	{"restarted calls", program("restart")},
	{"group stops", program("groupstop")},
	{"signals", program("signals")},
	{"exec by a thread", program("execthread")},
	{"leader ends", program("leaderexit")},
	{"seccomp", program("seccomp")},
	{"own SIGTRAP", program("sigtrap")},
	{"untraced child", program("untraced")},
	{"hostile strings", program("hostile")},
}

const repository = `
git init -q repo && cd repo
for d in $(seq 50); do mkdir $d; for f in $(seq 20); do echo $d $f > $d/$f; done; done
git add . && git -c user.name=a -c user.email=a@example.org commit -qm all`

const project = `
for i in $(seq 20); do echo "int f$i(int a) { return a + $i; }" > f$i.c; done
echo 'int f7(int); int main(void) { return f7(-7); }' > main.c
printf 'prog: main.o %s\n\tcc -o $@ $^\n' "$(seq -s ' ' -f 'f%g.o' 20)" > Makefile`

const goModule = `
printf 'module example.org/prog\n\ngo 1.21\n' > go.mod
printf 'package main\n\nimport "strings"\n\nfunc main() { println(strings.Repeat("go ", 3)) }\n' > main.go`

//go:embed terminal.py
var terminalScript string

const pythonScript = `
import subprocess, threading, multiprocessing
def work(n): return sum(range(n))
if __name__ == "__main__":
    print(subprocess.run("echo out; exit 3", shell=True, capture_output=True))
    done = []
    threads = [threading.Thread(target=lambda: done.append(work(1000))) for _ in range(50)]
    [t.start() for t in threads]; [t.join() for t in threads]
    print(len(done), subprocess.run(["sh", "-c", "kill -9 $$"]).returncode)
    with multiprocessing.get_context("fork").Pool(4) as pool: print(sum(pool.map(work, range(200))))`

const nodeScript = `
const { Worker } = require('worker_threads');
let sum = 0, left = 8;
for (let i = 0; i < 8; i++) new Worker(
  'const { parentPort } = require("worker_threads"); let n = 0; for (let i = 0; i < 1e5; i++) n += i; parentPort.postMessage(n)',
  { eval: true }).on('message', n => { sum += n; if (--left === 0) console.log(sum,
    require('child_process').execFileSync('/bin/echo', ['child']).toString()); });`

// script is a check of a shell command, after a set-up that is not traced.
func script(setup, command string) func(*stage) error {
	return func(s *stage) error { return s.twice(setup, "bash", "-c", command) }
}

// program is a check of a fixture.
func program(name string, args ...string) func(*stage) error {
	return func(s *stage) error {
		path, err := fixture.Compile(name)
		if err != nil {
			return err
		}
		return s.twice("", append([]string{path}, args...)...)
	}
}

// An outcome is what can be seen of a run from outside.
type outcome struct{ out, errors, end string }

// twice runs a command untraced and traced and tells the difference.
func (s *stage) twice(setup string, args ...string) error {
	var outcomes [2]outcome
	for i, argv := range [][]string{args, s.trace(args...)} {
		dir := filepath.Join(s.dir, "work")
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
		if o := s.run(dir, "bash", "-ec", setup); o.end != "exit status 0" {
			return fmt.Errorf("set-up: %+v", o)
		}
		outcomes[i] = s.run(dir, argv...)
		if err := s.Err(); err != nil {
			return fmt.Errorf("%v: %w", argv, err)
		}
	}
	if untraced, traced := outcomes[0], outcomes[1]; untraced != traced {
		return fmt.Errorf("untraced: %s\n%s%straced: %s\n%s%s",
			untraced.end, untraced.out, untraced.errors, traced.end, traced.out, traced.errors)
	}
	return nil
}

func (s *stage) run(dir string, args ...string) outcome {
	var out, errors bytes.Buffer
	cmd := exec.CommandContext(s, args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errors
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TERMINAL="+terminalScript, "PYTHON="+pythonScript, "NODE="+nodeScript)
	end := "exit status 0"
	if err := cmd.Run(); err != nil {
		end = err.Error()
	}
	return outcome{out.String(), errors.String(), end}
}
