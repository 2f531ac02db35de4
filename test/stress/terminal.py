"""Job control at a terminal, as a person does it: Ctrl-Z, jobs, bg, fg, Ctrl-C, Ctrl-\\.

What it prints is the same traced and untraced; each step waits for the output that shows that the
one before it has taken effect.
"""
import os, pty, signal, sys

pid, tty = pty.fork()
if pid == 0:
    for key in (signal.SIGINT, signal.SIGQUIT):  # a script's & makes them ignored
        signal.signal(key, signal.SIG_DFL)
    os.environ.update(PS1="prompt> ", TERM="dumb")
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
seen = b""


def expect(text):
    global seen
    while text not in seen:
        try:
            more = os.read(tty, 4096)
        except OSError:
            more = b""
        if not more:
            print("ended before", text, "after", seen)
            sys.exit(1)
        seen += more
    seen = seen[seen.index(text) + len(text):]
    print("saw", text.decode())
    sys.stdout.flush()


def type(text):
    os.write(tty, text)


def foreground():
    """Wait until the shell has given the terminal to a program."""
    while os.tcgetpgrp(tty) == pid:
        pass


expect(b"prompt> ")
for _ in range(5):
    type(b"cat\n")
    foreground()
    type(b"hello\n")
    expect(b"hello\r\nhello\r\n")  # the terminal's echo, then cat's
    type(b"\x1a")
    expect(b"Stopped")
    expect(b"prompt> ")
    type(b"jobs\n")
    expect(b"Stopped                 cat")
    expect(b"prompt> ")
    type(b"fg\n")
    foreground()
    type(b"again\n")
    expect(b"again\r\nagain\r\n")
    type(b"\x03")
    expect(b"prompt> ")
    type(b"echo status $?\n")
    expect(b"status 130")
    expect(b"prompt> ")
type(b"cat | cat\n")
foreground()
type(b"pipe\n")
expect(b"pipe\r\npipe\r\n")
type(b"\x1a")
expect(b"Stopped")
expect(b"prompt> ")
type(b"bg; wait %1; echo status $?\n")
expect(b"status 149")  # it reads from the terminal in the background: SIGTTIN
expect(b"prompt> ")
type(b"kill %1; wait %1; echo status $?\n")
expect(b"status 1")
type(b"sleep 1000 & kill -STOP $!; kill -CONT $!; kill $!; wait $!; echo status $?\n")
expect(b"status 143")
type(b"exit 7\n")
print("exit", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
