"""Runs a command, and ends it when its own parent ends, however that comes about.

    python _keeper.py COMMAND…

It prints a line with the command's process id, beside what the command prints.

It is a program of its own, without imports but of the standard library: a signal at the death of a
parent would come at the death of a thread, and a notebook's kernel has many of them.
"""

import os
import select
import signal
import subprocess
import sys


def main() -> int:
    """Runs the command; returns its exit status."""
    parent = os.getppid()
    told: list[int] = []
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    print("pid", server.pid, flush=True)
    while server.poll() is None:
        # The parent closes its end, says so, or is no longer the parent.
        readable, _, _ = select.select([sys.stdin], [], [], 0.25)
        if readable or told or os.getppid() != parent:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
            break
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())
