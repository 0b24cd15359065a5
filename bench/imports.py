"""Importing `functions/main.py` against importing the bare SDKs that it needs: time, and memory at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from bench.machine import pinned_to
from bench.served import PRODUCT
from bench.table import Line, Target

SDKS = (
    "firebase_functions.https_fn",
    "firebase_functions.scheduler_fn",
    "firebase_functions.params",
    "firebase_functions.options",
    "firebase_admin",
    "flask",
    "google.cloud.firestore",
    "stripe",
)
AT_MOST = Target(1.15)
# VmHWM belongs to the program alone; getrusage's peak would be inherited from the process that starts it.
MEASURE = """
import importlib, sys, time
began = time.perf_counter()
for name in sys.argv[1:]:
    importlib.import_module(name)
seconds = time.perf_counter() - began
with open("/proc/self/status") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
print(seconds * 1000, int(peak) / 1024)
"""


def measure(core: int, rounds: int) -> list[Line]:
    """Fresh processes one after the other, floor and ours in turn, with the byte code that an unmeasured run leaves."""
    with pinned_to({core}):
        for modules in (SDKS, ("main",)):
            _import(modules)
        pairs = [(_import(SDKS), _import(("main",))) for _ in range(rounds)]
    (floor_time, floor_peak), (our_time, our_peak) = (zip(*side, strict=True) for side in zip(*pairs, strict=True))
    return [
        Line("import main.py, time", floor_time, our_time, "ms", AT_MOST),
        Line("import main.py, peak memory", floor_peak, our_peak, "MiB", AT_MOST),
    ]


def _import(modules: Sequence[str]) -> tuple[float, float]:
    """Milliseconds for the imports, and MiB at the peak, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(PRODUCT.source)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    answer = subprocess.run(
        [sys.executable, "-c", MEASURE, *modules], env=environment, capture_output=True, text=True, check=True
    )
    milliseconds, mebibytes = map(float, answer.stdout.split())
    return milliseconds, mebibytes
