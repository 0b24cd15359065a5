"""Runs one command and makes sure that nothing of it outlives the process that asked for it.

    python emulators/stack/guard.py command [argument …]

The guard's standard input is a pipe that its parent holds open. When the parent closes it, or dies in whatever way
(a crash, a timeout, SIGKILL), the guard kills the command and every process that came from it. It kills at once: what
runs under it keeps nothing worth saving, and firebase-tools would take seconds to say goodbye. Killing the command's
process group would not be enough, because firebase-tools starts helpers in sessions of their own.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import psutil

PR_SET_CHILD_SUBREAPER = 36
"""From Linux' <sys/prctl.h>."""
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(command: list[str]) -> int:
    """Runs the command until it ends or the parent is gone; answers with the command's exit code."""
    _adopt_orphans()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    for name in ENDING_SIGNALS:
        signal.signal(name, lambda *_: _kill_family())
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    code = child.wait()
    _kill_family()
    return code & 0xFF


def _adopt_orphans() -> None:
    """Makes orphans of the command children of this process, and not of process 1: so that all can be found."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_with_the_parent() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    _kill_family()


def _kill_family() -> None:
    """Kills until nothing is left: what is killed may have started something in the meantime."""
    while family := psutil.Process().children(recursive=True):
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
