# Runs a program under gdb with one watchpoint, and writes a line for each hit of it: the line of the
# instruction that has used the memory, the value, and what it was if it has changed.
import re

import gdb


def line_before(pc):
    said = gdb.execute("x/-1i %d" % pc, to_string=True)
    return gdb.find_pc_line(int(re.search(r"0x[0-9a-f]+", said).group(), 16)).line


def show(what):
    try:
        return gdb.parse_and_eval(what).format_string()
    except gdb.MemoryError:
        return "a null pointer"


def follow(command, what, arguments, out):
    gdb.execute("set pagination off")
    gdb.execute("break main")
    gdb.execute("run %s >/dev/null" % arguments)
    old = show(what)
    gdb.execute("%s %s" % (command, what))
    gdb.execute("continue")
    while gdb.selected_inferior().pid and gdb.breakpoints()[-1].is_valid():
        new = show(what)
        text = "%d: %s" % (line_before(gdb.selected_frame().pc()), new)
        if new != old and command != "rwatch":
            text += " (was %s)" % old
        out.write(text + "\n")
        old = new
        gdb.execute("continue")
