# Runs inside gdb: for each process named on descriptor 3, with the file of its symbols if it has lost
# them, or each core, with its program, one JSON line on descriptor 4 with the
# stacks of its threads, as bt would print them.
import json
import os

import gdb

SETTINGS = ["confirm off", "pagination off", "debuginfod enabled off", "auto-load off",
            "backtrace past-main on", "backtrace past-entry on"]
DEEPEST = 4000


def describe(frame):
    sal = frame.find_sal()
    return {
        "pc": hex(frame.pc()),
        "function": frame.name() or "",
        "file": sal.symtab.filename if sal.symtab else "",
        "line": sal.line if sal.symtab else 0,
        "inlined": frame.type() == gdb.INLINE_FRAME,
        "trampoline": frame.type() == gdb.SIGTRAMP_FRAME,
        "tail": frame.type() == gdb.TAILCALL_FRAME,
    }


def walk(thread):
    thread.switch()
    frames, end = [], ""
    try:
        frame = gdb.newest_frame()
        while frame is not None and len(frames) < DEEPEST:
            frames.append(describe(frame))
            older = frame.older()
            if older is None:
                end = gdb.frame_stop_reason_string(frame.unwind_stop_reason())
            frame = older
    except gdb.error as e:
        end = str(e)
    return {"tid": thread.ptid[1], "frames": frames, "ended": end}


def dumped(core, program):
    gdb.execute("file " + program, to_string=True)
    gdb.execute("core-file " + core, to_string=True)
    return {"threads": [walk(t) for t in gdb.selected_inferior().threads()]}


def stacks(pid, symbols=None):
    if not pid.isdigit():
        return dumped(pid, symbols)
    gdb.execute("attach " + pid, to_string=True)
    try:
        if symbols:
            gdb.execute("symbol-file " + symbols, to_string=True)
        return {"threads": [walk(t) for t in gdb.selected_inferior().threads()]}
    finally:
        gdb.execute("detach", to_string=True)


def main():
    for setting in SETTINGS:
        try:
            gdb.execute("set " + setting)
        except gdb.error:
            pass
    with os.fdopen(3) as requests, os.fdopen(4, "w") as answers:
        for line in requests:
            try:
                answer = stacks(*line.split())
            except gdb.error as e:
                answer = {"error": str(e)}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


main()
