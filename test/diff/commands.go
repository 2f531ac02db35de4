package main

import "github.com/trapline/trapline/internal/fixture"

// A command is what both tracers run, and with which options.
type command struct {
	name    string
	options []string
	// line is the command and its arguments, separated by spaces; ~ is a space within one.
	// "fixture:NAME" is one of internal/fixture's programs; $SERVER is a web server's address.
	line  string
	setup string         // shell, in the directory that the command runs in
	flags []fixture.Flag // how to build the fixture

	abi    string // of a fixture
	marked bool   // what is compared begins after a marker; see fixtures.go

	racy     bool // which signal comes when is up to the scheduler, under strace as well
	attach   bool // the command is started first and the tracer attached to it
	times    bool // lines begin with the time of day, end with the time spent
	relative bool // lines begin with the time since the line before
	summary  bool // the output is the table of -c
}

func opt(words ...string) []string { return words }

// setup makes the files that the commands work on.
const setup = `
mkdir -p tree/a/b tree/c
seq 1 2000 > tree/numbers
printf 'one two\nthree\tfour\n\1\2\377\n' > tree/a/words
printf 'x' > tree/a/b/x
ln -s ../numbers tree/c/link
mkfifo tree/c/fifo
chmod 640 tree/a/words
`

// steadyTimes gives every file the same times.
const steadyTimes = `find . -depth -exec touch -h -d '2026-01-02 03:04:05.123456789' {} +`

const gitSetup = `
git init -q repo && cd repo
for i in 1 2 3; do seq $i 50 > f$i; git add .; git commit -qm "commit $i"; done
echo changed >> f1; echo new > untracked; cd ..`

const cSetup = `
mkdir c && cd c
for i in 1 2 3; do echo "int f$i(int a) { return a + $i; }" > f$i.c; done
printf '#include <stdio.h>\nint f1(int), f2(int), f3(int);\nint main(void) { printf("%%d\\n", f1(f2(f3(0)))); }\n' > main.c
printf 'prog: main.o f1.o f2.o f3.o\n\tcc -o $@ $^\n' > Makefile
cd ..`

const pythonSetup = `
cat > spawn.py <<'END'
import os, subprocess, threading, time
print(subprocess.run(["/bin/echo", "hello"], capture_output=True).stdout)
def work(n):
    with open("tree/numbers") as f:
        return sum(int(line) for line in f) + n
for n in range(3):
    t = threading.Thread(target=work, args=(n,))
    t.start()
    t.join()
    time.sleep(0.05) # the stack of a thread that has ended is used again
os.kill(os.getpid(), 0)
END`

const bashSetup = `
cat > pipes.sh <<'END'
set -o pipefail
sort -rn tree/numbers | head -n 3 | sed 's/^/> /'
for f in tree/*; do [ -d "$f" ] && echo "$f is a directory"; done
x=$(cat tree/a/words | wc -c); echo "$x bytes"
(cd tree && exit 3); echo "status $?"
trap 'echo got usr1' USR1; kill -USR1 $$
false || echo failed
cat <(echo a) <(echo b)
cat <<< "here" > out.txt
END`

// commands are what people run strace on, each with another choice of options. Those with children
// use -ff or -f, and are compared task by task.
var commands = []command{
	{name: "true", line: "/bin/true"},
	{name: "ls", line: "ls -l tree"},
	{name: "ls-verbose", options: opt("-v", "-s", "200"), line: "ls -la tree /dev"},
	{name: "cat", options: opt("-s", "64"), line: "cat tree/numbers tree/a/words tree/missing"},
	{name: "cat-hex", options: opt("-x"), line: "cat tree/a/words"},
	{name: "cat-all-hex", options: opt("-xx", "-s", "16"), line: "cat tree/a/words"},
	{name: "cat-dump", options: opt("-e", "read=3", "-e", "write=1"), line: "cat tree/a/words"},
	{name: "cat-paths", options: opt("-y"), line: "cat tree/numbers tree/missing"},
	{name: "ls-objects", options: opt("-yy", "-v"), line: "ls -l tree /dev"},
	{name: "find-dev", options: opt("--decode-fds=dev,socket"), line: "find tree /dev/null"},
	{name: "cat-about", options: opt("-P", "tree/numbers", "-e", "trace-fds=1"), line: "cat tree/numbers tree/a/words"},
	{name: "pid-namespace", options: opt("-ff", "--decode-pids=pidns", "-e", "trace=%process,getpid,getppid,kill"), line: "unshare -Urpf bash -c kill~-0~$$;(exit~3);(kill~-0~1);/bin/kill~-0~1"},
	{name: "kill-names", options: opt("-Y", "-yy"), line: "kill -0 1"},
	{name: "cp", options: opt("-X", "verbose"), line: "cp -a tree copy"},
	{name: "cp-raw", options: opt("-X", "raw"), line: "cp -a tree copy"},
	{name: "mv", options: opt("-N"), line: "mv tree/numbers tree/c/moved"},
	{name: "rm", options: opt("-n"), line: "rm -r tree"},
	{name: "find", options: opt("-z"), line: "find tree -type f -newermt 2020-01-01"},
	{name: "find-failed", options: opt("-Z"), line: "find tree missing -ls"},
	{name: "grep", options: opt("-q", "-a", "60"), line: "grep -r three tree/a"},
	{name: "sort", options: opt("-e", "trace=%memory,%desc"), line: "sort -n tree/numbers"},
	{name: "awk", options: opt("-i"), line: "awk {s+=$1}END{print(s)} tree/numbers"},
	{name: "sed", options: opt("-e", "trace=!mmap,munmap"), line: "sed -n 10,20p tree/numbers"},
	{name: "wc", options: opt("-e", "trace=/^(open|read|close)"), line: "wc tree/numbers"},
	{name: "dd", options: opt("-e", "trace=read,write"), line: "dd if=tree/numbers of=copy bs=100 count=50"},
	{name: "tar", options: opt("-ff"), line: "tar czf out.tgz tree/a tree/c"},
	{name: "gzip", options: opt("-e", "raw=read,lseek,openat"), line: "gzip -n tree/numbers"},
	{name: "df", options: opt("-e", "abbrev=none"), line: "df /"},
	{name: "date", options: opt("-e", "verbose=none"), line: "date -d @0"},
	{name: "id", options: opt("-e", "status=failed"), line: "id"},
	{name: "ps", options: opt("-e", "trace=%file", "-e", "status=!failed"), line: "ps -p 1"},
	{name: "stat", options: opt("-v"), line: "stat tree/numbers /dev/null tree/c/link"},
	{name: "xargs", options: opt("-f", "-qq"), line: "xargs -a tree/a/words -n 1 echo"},
	{name: "env", options: opt("-E", "EXTRA=1", "-E", "TERM", "--argv0=other"), line: "env"},
	{name: "time", options: opt("-tt", "-T"), line: "ls tree", times: true},
	{name: "time-of-day", options: opt("-t"), line: "ls tree", times: true},
	{name: "time-unix", options: opt("-ttt", "-f"), line: "ls tree", times: true},
	{name: "time-relative", options: opt("-r"), line: "ls tree", relative: true},
	{name: "summary", options: opt("-c"), line: "ls -l tree", summary: true},
	{name: "summary-wall", options: opt("-c", "-w", "-f", "-S", "name"), line: "tar czf out.tgz tree/a", summary: true},
	{name: "git-status", options: opt("-f"), line: "git -C repo status", setup: gitSetup},
	{name: "git-log", options: opt("-ff"), line: "git -C repo log --stat", setup: gitSetup},
	{name: "git-clone", options: opt("-ff"), line: "git clone -q repo clone", setup: gitSetup},
	{name: "git-diff", options: opt("-s", "100"), line: "git -C repo diff", setup: gitSetup},
	{name: "gcc", options: opt("-ff"), line: "gcc -c -o f1.o c/f1.c", setup: cSetup},
	{name: "gcc-f", options: opt("-f", "-e", "trace=%process"), line: "gcc -o prog c/main.c c/f1.c c/f2.c c/f3.c", setup: cSetup},
	{name: "make", options: opt("-ff"), line: "make -j2 -C c", setup: cSetup, racy: true},
	// Threads of Python pass a lock around as the scheduler likes, and pipes close when they like.
	{name: "python", options: opt("-ff", "-e", "trace=!futex,poll"), line: "/usr/bin/python3 spawn.py", setup: pythonSetup, racy: true},
	{name: "python-signal", options: opt("-f", "-e", "trace=!futex,poll", "-e", "signal=!SIGCHLD"), line: "/usr/bin/python3 spawn.py", setup: pythonSetup, racy: true},
	{name: "perl", line: "perl -e print(join(',',map{$_*2}1..10),qq(\\n));open(F,'tree/numbers');print(scalar(<F>))"},
	{name: "bash", options: opt("-ff"), line: "bash pipes.sh", setup: bashSetup, racy: true},
	{name: "bash-f", options: opt("-f"), line: "bash pipes.sh", setup: bashSetup, racy: true},
	{name: "node", options: opt("-f", "-e", "trace=%file,%process"), line: "node -e console.log(require('fs').readFileSync('tree/a/words').length)"},
	{name: "sqlite", line: "sqlite3 db create~table~t(a);insert~into~t~values(1);select~*~from~t"},
	{name: "curl", options: opt("-f", "-e", "trace=%net,%desc"), line: "curl -s http://$SERVER/"},
	{name: "wget", line: "wget -q -O out http://$SERVER/"},
	{name: "man", options: opt("-X", "verbose", "-e", "trace=%file,%creds,%desc"), line: "man -w ls"},
	{name: "openssl", options: opt("-X", "raw"), line: "openssl version"},
	{name: "ssh", options: opt("-N", "-X", "verbose"), line: "ssh -V"},
	{name: "sqlite-raw", options: opt("-X", "raw", "-N"), line: "sqlite3 db create~table~t(a);insert~into~t~values(1);select~*~from~t"},
	{name: "i386", line: "fixture:signals", flags: []fixture.Flag{fixture.M32}},
	{name: "i386-files", line: "fixture:opens 20", flags: []fixture.Flag{fixture.M32}},
	{name: "i386-world", options: opt("-v"), line: "fixture:world", flags: []fixture.Flag{fixture.M32}},
	{name: "i386-names", options: opt("-N"), line: "fixture:world", flags: []fixture.Flag{fixture.M32}},
	{name: "i386-raw", options: opt("-X", "raw"), line: "fixture:world", flags: []fixture.Flag{fixture.M32}},
	{name: "i386-numbers", options: opt("-X", "verbose"), line: "fixture:world", flags: []fixture.Flag{fixture.M32}},
	{name: "i386-hostile", line: "fixture:hostile", flags: []fixture.Flag{fixture.M32}},
	{name: "i386-forks", options: opt("-ff"), line: "fixture:forkstorm 3", flags: []fixture.Flag{fixture.M32}},
	{name: "int80", line: "fixture:int80"},
	{name: "x32-number", line: "fixture:x32nr"},
	{name: "world", options: opt("-v"), line: "fixture:world"},
	{name: "world-names", options: opt("-N"), line: "fixture:world"},
	{name: "world-raw", options: opt("-X", "raw"), line: "fixture:world"},
	{name: "world-numbers", options: opt("-X", "verbose", "-v"), line: "fixture:world"},
	{name: "hostile", line: "fixture:hostile"},
	{name: "hostile-hex", options: opt("-xx", "-v", "-s", "1000"), line: "fixture:hostile"},
	{name: "execs", line: "fixture:execs"},
	{name: "threads", options: opt("-ff"), line: "fixture:threads 5"},
	// How often it looks whether the leader has ended is up to the scheduler.
	{name: "leader-exit", options: opt("-ff", "-e", "trace=!openat,read,close"), line: "fixture:leaderexit"},
	{name: "exec-thread", options: opt("-f"), line: "fixture:execthread"},
	{name: "group-stop", options: opt("-ff"), line: "fixture:groupstop"},
	{name: "restart", options: opt("-ff"), line: "fixture:restart"},
	{name: "signals", options: opt("-f"), line: "fixture:signals"},
	{name: "seccomp", options: opt("-ff"), line: "fixture:seccomp"},
	{name: "dispatch", line: "fixture:dispatch"},
	{name: "sigtrap", options: opt("-f"), line: "fixture:sigtrap"},
	{name: "untraced", options: opt("-f"), line: "fixture:untraced", racy: true},
	{name: "killed", line: "fixture:ends -9"},
	{name: "aborted", options: opt("-e", "trace=none"), line: "fixture:ends -6"},
	{name: "exit-42", options: opt("-e", "quiet=exit"), line: "fixture:ends 42"},
	// Injections, the manual page's examples among them.
	{name: "inject-error", options: opt("-e", "inject=openat:error=EACCES:when=2+2"), line: "cat tree/numbers tree/a/words tree/missing"},
	{name: "inject-fault", options: opt("-e", "fault=%file:when=4..6"), line: "ls tree"},
	{name: "inject-retval", options: opt("-e", "inject=write:retval=3:when=1"), line: "cat tree/a/b/x tree/a/words"},
	{name: "inject-instead", options: opt("-e", "inject=newfstatat:error=ENOENT:syscall=getpid:when=3"), line: "ls -l tree"},
	{name: "inject-signal", options: opt("-e", "inject=close:signal=WINCH:when=2"), line: "cat tree/numbers"},
	{name: "inject-kill", options: opt("-e", "inject=close:error=EBADF:signal=TERM:when=3"), line: "cat tree/numbers"},
	{name: "inject-delay", options: opt("-e", "inject=read:delay_enter=1ms:delay_exit=500us:when=1+3"), line: "cat tree/numbers"},
	{name: "inject-poke", options: opt("-e", "inject=read:poke_exit=@arg2=58595a:when=2"), line: "cat tree/a/words"},
	{name: "inject-poke-enter", options: opt("-e", "inject=openat:poke_enter=@arg2=2e00:when=3"), line: "cat tree/a/words tree/numbers"},
	{name: "inject-several", options: opt("-tt", "-e", "inject=openat:error=EPERM:when=3", "-e", "inject=read:retval=0:when=4", "-T"), line: "cat tree/numbers tree/a/words", times: true},
	{name: "inject-tree", options: opt("-ff", "-e", "inject=write:error=ENOSPC:when=2"), line: "sh -c echo~one;echo~two;(echo~three;echo~four)"},
	{name: "inject-all", options: opt("-e", "inject=!execve,exit_group:error=ENOSYS:when=3"), line: "cat tree/a/words"},
	{name: "inject-path", options: opt("-P", "tree/numbers", "-e", "inject=%file,%desc:error=EIO"), line: "cat tree/numbers tree/a/words"},
	{name: "inject-untraced", options: opt("-e", "trace=close,read", "-e", "inject=openat,close:error=EIO:when=3"), line: "cat tree/numbers"},
	{name: "inject-failed", options: opt("-Z", "-e", "inject=openat:error=ENOENT:when=2"), line: "cat tree/numbers"},
	{name: "inject-count", options: opt("-c", "-e", "inject=openat:error=ENOENT:when=2"), line: "cat tree/numbers", summary: true},
	{name: "inject-exit", options: opt("-e", "inject=exit_group:error=EPERM:when=1"), line: "fixture:ends 3"},
	{name: "i386-inject", options: opt("-e", "inject=getppid,write:error=EPERM:when=2"), line: "fixture:getppid 3", flags: []fixture.Flag{fixture.M32}},
	{name: "i386-inject-retval", options: opt("-e", "inject=openat:retval=-1:when=3+2"), line: "fixture:opens 5", flags: []fixture.Flag{fixture.M32}},
	{name: "chdir", options: opt("-e", "inject=chdir:error=ENOENT:when=3+"), line: "bash -c cd~/;cd~/tmp;cd~/usr;cd~/etc"},
	// Call stacks. strace takes more than a millisecond for each, and has none where a signal handler
	// returns, where a thread is made, and of static programs.
	{name: "stack-true", options: opt("-k"), line: "/bin/true"},
	{name: "stack-ls", options: opt("-k"), line: "ls -l tree"},
	{name: "stack-few", options: opt("-k", "--stack-trace-frame-limit=3"), line: "cat tree/numbers tree/missing"},
	{name: "stack-failed", options: opt("-k", "-Z", "-e", "trace=!exit_group"), line: "find tree missing -ls"},
	{name: "stack-signals", options: opt("-k", "-f", "-e", "trace=!rt_sigreturn"), line: "fixture:signals"},
	{name: "stack-threads", options: opt("-k", "-ff", "-e", "trace=!clone3"), line: "fixture:threads 5"},
	{name: "stack-forks", options: opt("-k", "-ff", "-e", "trace=!clone3"), line: "fixture:forkstorm 3"},
	{name: "stack-vfork", options: opt("-k", "-ff"), line: "fixture:vforkwait"},
	{name: "stack-names", options: opt("-k", "-e", "trace=close"), line: "fixture:marks named"},
	{name: "stack-handler", options: opt("-k", "-e", "trace=close"), line: "fixture:marks signalled"},
	{name: "stack-altstack", options: opt("-k", "-e", "trace=close"), line: "fixture:marks aside"},
	{name: "stack-damaged", options: opt("-k", "-e", "trace=close"), line: "fixture:marks damaged"},
	{name: "stack-deep", options: opt("-k", "-e", "trace=close"), line: "fixture:marks recursive"},
	{name: "stack-shared", options: opt("-k", "-ff", "-e", "trace=close"), line: "fixture:marks vforked"},
	{name: "stack-leaderless", options: opt("-k", "-ff", "-e", "trace=close"), line: "fixture:marks leaderless"},
	{name: "stack-seccomp", options: opt("-k", "-ff", "-e", "trace=!rt_sigreturn"), line: "fixture:seccomp"},
	{name: "stack-group-stop", options: opt("-k", "-ff", "-e", "trace=!clone3"), line: "fixture:groupstop", racy: true},
	{name: "stack-hostile", options: opt("-k"), line: "fixture:hostile"},
	{name: "stack-execs", options: opt("-k"), line: "fixture:execs"},
	{name: "stack-leader-exit", options: opt("-k", "-ff", "-e", "trace=!openat,read,close,clone3"), line: "fixture:leaderexit"},
	{name: "stack-no-pie", options: opt("-k"), line: "fixture:opens 5", flags: []fixture.Flag{"-no-pie"}},
	{name: "stack-stripped", options: opt("-k"), line: "fixture:opens 5", flags: []fixture.Flag{"-s"}},
	{name: "stack-killed", options: opt("-k"), line: "fixture:ends -9"},
	{name: "stack-exit", options: opt("-k", "-e", "quiet=exit"), line: "fixture:ends 42"},
	{name: "stack-sh", options: opt("-k", "-ff", "-e", "trace=!rt_sigreturn"), line: "sh -c echo~one;(echo~two);cat~tree/a/words"},
	{name: "stack-gcc", options: opt("-k", "-ff", "-e", "trace=%process,%memory"), line: "gcc -c -o f1.o c/f1.c", setup: cSetup},
	{name: "stack-git", options: opt("-k", "-f"), line: "git -C repo status", setup: gitSetup},
	{name: "stack-python", options: opt("-k", "-ff", "-e", "trace=execve,vfork,wait4,exit,exit_group,getdents64,mmap,mprotect,pipe2,write"), line: "/usr/bin/python3 spawn.py", setup: pythonSetup, racy: true},
	{name: "stack-perl", options: opt("-k"), line: "perl -e print(join(',',map{$_*2}1..10),qq(\\n))"},
	{name: "stack-attach", options: opt("-k", "-f"), line: "fixture:blocked nanosleep", attach: true},
	{name: "stack-inject", options: opt("-k", "-e", "inject=openat:error=EACCES:when=2+2"), line: "cat tree/numbers tree/a/words tree/missing"},
	{name: "attach-read", line: "cat", attach: true},
	{name: "attach-poll", options: opt("-f"), line: "fixture:blocked poll_timed", attach: true},
	{name: "attach-sleep", options: opt("-f"), line: "fixture:blocked nanosleep", attach: true},
	{name: "attach-futex", options: opt("-ff"), line: "fixture:blocked futex", attach: true},
}
