package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/trapline/trapline/internal/fixture"
)

//go:embed programs
var sources embed.FS

// A subject is a program to look at while it runs.
type subject struct {
	name string
	idle bool // it does nothing: one look tells all
	// needs is a command without which there is nothing to look at; empty for none.
	needs string
	// file makes or finds the program; nil where that is of no interest.
	file func(*stage) (path string, err error)
	// start brings the program to where it is interesting.
	start func(*stage) (pids []int, err error)
	// dump makes a core, which is looked at rather than the program; nil for none.
	dump dump
}

// programs are compiled here, so that what the compiler does is known: $ is the name of
// what it makes.
var programs = []subject{
	compiled("C -O2", "crossroads.c 3", "gcc -O2 -g -pthread -fomit-frame-pointer -o $"),
	compiled("C without -g", "crossroads.c", "gcc -O2 -pthread -o $"),
	compiled("C stripped", "crossroads.c", "gcc -O2 -s -pthread -o $"),
	compiled("C -O0", "crossroads.c", "gcc -O0 -g -pthread -o $"),
	compiled("C by frame pointer", "crossroads.c", "gcc -O1 -fno-omit-frame-pointer -fno-asynchronous-unwind-tables -fno-unwind-tables -pthread -o $"),
	compiled("C lazy binding", "crossroads.c", "gcc -O2 -g -pthread -Wl,-z,lazy -o $"),
	compiled("C -fcf-protection", "crossroads.c", "gcc -O2 -g -pthread -fcf-protection=full -Wl,-z,lazy -Wl,-z,ibtplt -o $"),
	compiled("C fixed address", "crossroads.c", "gcc -O2 -g -pthread -no-pie -o $"),
	compiled("C DWARF 4", "crossroads.c", "gcc -O2 -gdwarf-4 -pthread -o $"),
	compiled("C compressed", "crossroads.c", "gcc -O3 -g -gz -pthread -o $"),
	compiled("C DWARF 2", "crossroads.c", "gcc -O2 -gdwarf-2 -pthread -o $"),
	compiled("C DWARF 3", "crossroads.c", "gcc -O2 -gdwarf-3 -gz -pthread -o $"),
	compiled("C LTO", "crossroads.c", "gcc -O2 -g -flto -pthread -o $"),
	compiled("C split", "crossroads.c", "gcc -O2 -gdwarf-5 -gsplit-dwarf -pthread -o $"),
	compiled("C clang", "crossroads.c 2", "clang -O2 -g -pthread -o $"),
	compiled("C clang 32 bits", "crossroads.c", "clang -m32 -O2 -gdwarf-4 -pthread -o $"),
	compiled("C static", "crossroads.c 3", "gcc -O2 -g -pthread -static -o $"),
	compiled("C static stripped", "crossroads.c", "gcc -O2 -s -pthread -static -o $"),
	compiled("C 32 bits", "crossroads.c 3", "gcc -m32 -O2 -g -pthread -o $"),
	compiled("C 32 bits stripped", "crossroads.c", "gcc -m32 -O2 -s -pthread -no-pie -o $"),
	compiled("C musl", "crossroads.c 2", "musl-gcc -O2 -g -pthread -o $"),
	compiled("C musl static", "crossroads.c", "musl-gcc -O2 -static -pthread -o $"),
	compiled("signals", "handlers.c", "gcc -O2 -g -o $"),
	compiled("signals 32 bits", "handlers.c", "gcc -m32 -O2 -g -o $"),
	compiled("signals musl", "handlers.c", "musl-gcc -O2 -g -static -o $"),
	compiled("detours", "detours.c", "gcc -O2 -g -pthread -o $"),
	compiled("detours 32 bits", "detours.c", "gcc -m32 -O2 -g -pthread -o $"),
	compiled("detours .debug_frame", "detours.c", "gcc -O2 -g -fomit-frame-pointer -fno-asynchronous-unwind-tables -pthread -o $"),
	compiled("detours static PIE", "detours.c", "gcc -O2 -gdwarf-2 -static-pie -pthread -o $"),
	{name: "500 threads", idle: true, needs: "gcc", start: crowd},
	compiled("C++ -O2", "workshop.cc", "g++ -O2 -g -pthread -o $"),
	compiled("C++ without -g", "workshop.cc", "g++ -O2 -pthread -o $"),
	compiled("C++ type units", "workshop.cc", "g++ -O2 -gdwarf-4 -fdebug-types-section -pthread -o $"),
	compiled("C++ LTO", "workshop.cc", "g++ -O2 -g -flto -pthread -o $"),
	compiled("C++ split", "workshop.cc", "g++ -O2 -gdwarf-4 -gsplit-dwarf -pthread -o $ ; dwp -e $ -o $.dwp ; rm $.dwo"),
	compiled("C++ dwz", "workshop.cc", "g++ -O2 -g -pthread -o $ ; cp $ $-copy ; dwz -m $.common $ $-copy"),
	compiled("C++ clang", "workshop.cc", "clang++ -O2 -g -pthread -o $"),
	compiled("C++ clang split", "workshop.cc", "clang++ -O2 -gdwarf-4 -gsplit-dwarf -pthread -o $ ; llvm-dwp -e $ -o $.dwp"),
	compiled("C++ -O0 static", "workshop.cc", "g++ -O0 -g -static -pthread -o $"),
	compiled("C++ coroutines", "coroutines.cc", "g++ -std=c++20 -O3 -flto -g -pthread -o $"),
	compiled("C++ coroutines zstd", "coroutines.cc", "g++ -std=c++20 -O2 -g -pthread -o $ ; objcopy --compress-debug-sections=zstd $"),
	compiled("C++ coroutines lld", "coroutines.cc", "clang++ -std=c++20 -O2 -g -fuse-ld=lld -pthread -o $"),
	compiled("Rust -O", "foundry.rs", "rustc -O -g -o $"),
	compiled("Rust without -g", "foundry.rs", "rustc -O -o $"),
	compiled("Go", "market.go", "env CGO_ENABLED=0 go build -o $"),
	{name: "Go stripped", needs: "go", start: strippedGo},
	compiled("Go PIE", "market.go", "env CGO_ENABLED=0 go build -buildmode=pie -o $"),
	compiled("Go 32 bits", "market.go", "env CGO_ENABLED=0 GOARCH=386 go build -o $"),
	compiled("Go and C", "mixed.go", "env CGO_ENABLED=1 go build -o $"),
	compiled("Go and musl", "mixed.go", "env CGO_ENABLED=1 CC=musl-gcc go build -ldflags=-linkmode=external~-extldflags=-static -o $"),
	compiled("Go -race", "bazaar.go", "env CGO_ENABLED=1 go build -race -o $"),
	{name: "Go in python3", needs: "go", start: guest},
}

func crowd(s *stage) ([]int, error) {
	program, err := fixture.Compile("waiting")
	if err != nil {
		return nil, err
	}
	pid, err := s.ready(program, "500")
	return []int{pid}, err
}

func idle(s subject) subject {
	s.idle = true
	return s
}

// compiled is a program of this package and its arguments. The command compiles it, and those
// after a semicolon change what came of it; ~ is a space within a word.
func compiled(name, program, command string) subject {
	source, args, _ := strings.Cut(program, " ")
	compiler := strings.Fields(strings.TrimPrefix(command, "env "))[0]
	if strings.Contains(compiler, "=") {
		compiler = "go"
	}
	file := func(s *stage) (string, error) { return s.compile(source, command) }
	return subject{name: name, needs: compiler, file: file, start: func(s *stage) ([]int, error) {
		path, err := file(s)
		if err != nil {
			return nil, err
		}
		pid, err := s.ready(append([]string{path}, strings.Fields(args)...)...)
		return []int{pid}, err
	}}
}

// strippedGo is a program of which only gdb has the symbols: we do without.
func strippedGo(s *stage) ([]int, error) {
	path, err := s.compile("market.go", "env CGO_ENABLED=0 go build -o $")
	if err != nil {
		return nil, err
	}
	s.symbols = path
	if err := s.run("strip", "-o", path+"-stripped", path); err != nil {
		return nil, err
	}
	pid, err := s.ready(path + "-stripped")
	return []int{pid}, err
}

// guest is a library of Go in a program that is not.
func guest(s *stage) ([]int, error) {
	library, err := s.compile("guest.go", "env CGO_ENABLED=1 go build -buildmode=c-shared -o $")
	if err != nil {
		return nil, err
	}
	pid, err := s.ready("python3", "-c", `
import ctypes, sys, threading
visit = ctypes.CDLL(sys.argv[1]).Visit
def work():
    while True: visit(5)
for n in range(2): threading.Thread(target=work).start()
print("ready", flush=True)
work()`, library)
	return []int{pid}, err
}

// compile makes a program of this package in the stage's directory.
func (s *stage) compile(source, command string) (string, error) {
	text, err := sources.ReadFile("programs/" + source)
	if err != nil {
		return "", err
	}
	file := filepath.Join(s.dir, source)
	if err := os.WriteFile(file, text, 0o644); err != nil {
		return "", err
	}
	program := strings.TrimSuffix(file, filepath.Ext(file))
	command = strings.Replace(command+" ;", " ;", " "+file+" ;", 1)
	for step := range strings.SplitSeq(strings.TrimSuffix(command, ";"), " ; ") {
		words := strings.Fields(step)
		for i, word := range words {
			words[i] = strings.ReplaceAll(strings.ReplaceAll(word, "~", " "), "$", program)
		}
		if err := s.run(words...); err != nil {
			return "", err
		}
	}
	return program, nil
}

// interpreted is a script that prints "ready" when it is where it should be.
func interpreted(name, interpreter, option, script string) subject {
	return subject{name: name, needs: interpreter, start: func(s *stage) ([]int, error) {
		pid, err := s.ready(interpreter, option, script)
		return []int{pid}, err
	}}
}

// scripts are programs that others wrote, at places to which a script brings them.
var scripts = []subject{
	idle(interpreted("python3 sleep", "python3", "-c", "import time; print('ready', flush=True); time.sleep(1e6)")),
	interpreted("python3 json", "python3", "-c", `
import json
d = {str(i): [i, str(i) * 5, {"a": None, "b": 1.5}] for i in range(50)}
print("ready", flush=True)
while True: json.loads(json.dumps(d, indent=1))`),
	interpreted("python3 threads", "python3", "-c", `
import threading, queue, hashlib, time
q = queue.Queue()
def work(n):
    while True: hashlib.sha256(b"x" * 100000).hexdigest(); sum(range(n))
for n in range(3): threading.Thread(target=work, args=(1000 * n,)).start()
for n in range(3): threading.Thread(target=q.get).start()
print("ready", flush=True)
while True: time.sleep(0.0001)`),
	interpreted("python3 regex", "python3", "-c", `
import re
print("ready", flush=True)
def deep(n): return deep(n - 1) if n else [re.sub(r"(\w+) (\d+)*", lambda m: m[0][::-1], "some 12 words 34 " * 20), sorted(str(i) for i in range(100))]
while True: deep(50)`),
	interpreted("python3 callbacks", "python3", "-c", `
import ctypes
libc = ctypes.CDLL(None)
kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
compare = kind(lambda a, b: a[0] - b[0])
def sort(n):
    if n: return sort(n - 1)
    numbers = (ctypes.c_int * 30)(*(i * 7 % 30 for i in range(30)))
    libc.qsort(numbers, 30, 4, compare)
print("ready", flush=True)
while True: sort(20)`),
	interpreted("python3 exceptions", "python3", "-c", `
import contextlib, functools, decimal
class Broken(Exception):
    def __str__(self): return "broken %s" % self.args[0]
@functools.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def dig(n):
    try:
        if n == 0: raise Broken(decimal.Decimal(2).sqrt())
        with contextlib.suppress(KeyError): dig(n - 1)
    except ValueError: pass
    finally: fib(n % 50)
def steps():
    for i in range(50): yield str(i)
print("ready", flush=True)
while True:
    try: dig(60)
    except Broken as e: "".join(steps()) + str(e)
    fib.cache_clear()`),
	idle(interpreted("node event loop", "node", "-e", "setInterval(() => {}, 1e8); console.log('ready')")),
	interpreted("node busy", "node", "-e", `
console.log('ready');
const o = {}; for (let i = 0; i < 100; i++) o['k' + i] = [i, 'v' + i];
setInterval(() => { for (let i = 0; i < 50; i++) JSON.parse(JSON.stringify(o)).k7.map(x => ('' + x).replace(/\d/g, m => m + m)).sort(); }, 0);`),
	interpreted("node workers", "node", "-e", `
const { Worker } = require('worker_threads');
for (let i = 0; i < 3; i++) new Worker('let s = 0; const f = n => n < 2 ? n : f(n - 1) + f(n - 2); setInterval(() => { s += f(20) }, 1)', { eval: true });
setTimeout(() => console.log('ready'), 300);`),
	interpreted("node exceptions", "node", "-e", `
console.log('ready');
class Broken extends Error {}
const dig = n => { if (n) { try { return dig(n - 1) } finally { JSON.stringify([n]) } } throw new Broken('deep ' + 'x'.repeat(n)) };
const wait = async n => { await null; if (n) return wait(n - 1); dig(30) };
function again() { wait(5).catch(e => { e.stack.split('\n').map(s => s.trim()).sort((a, b) => a < b ? -1 : 1); setImmediate(again) }) }
again();`),
	interpreted("php", "php", "-r", `
echo "ready\n";
function fib($n) { return $n < 2 ? $n : fib($n - 1) + fib($n - 2); }
while (1) {
    $a = []; for ($i = 0; $i < 100; $i++) $a["k$i"] = str_repeat("x", $i);
    fib(12); ksort($a); usort($a, fn($x, $y) => strlen($x) - strlen($y));
    preg_replace_callback("/(\w)x/", fn($m) => strrev($m[0]), implode(",", $a));
}`),
	interpreted("ruby", "ruby", "-e", `
$stdout.sync = true; puts "ready"
def fib(n) n < 2 ? n : fib(n - 1) + fib(n - 2) end
loop {
  fib(12); h = {}; 100.times { |i| h["k#{i}"] = i.to_s * i }; h.sort_by { |k, v| v.size }
  begin raise "x" rescue "abc".gsub(/b/) { |m| m.upcase } end
  Fiber.new { Fiber.yield 1 }.resume; GC.start if rand < 0.01 }`),
	interpreted("bash", "bash", "-c", `echo ready; while :; do x=$((x + 1)); y=${x//1/2}; [[ $y =~ ^2+$ ]] && y=$(echo $y); done`),
	interpreted("perl", "perl", "-e", `$| = 1; print "ready\n"; while (1) { my %h = map { $_ => "x" x $_ } 1..200; join ",", sort { $h{$a} cmp $h{$b} } keys %h; }`),
}

// need is an error about what is not installed.
func need(what string) error {
	return fmt.Errorf("%s is not installed (scripts/setup stress)", what)
}
