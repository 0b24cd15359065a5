"""Nothing that the local stack starts outlives it, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from emulators.stack.processes import Program, StartFailedError, free_ports, is_free

ROOT = Path(__file__).parents[2]
DETACHED_AND_ORPHANED = "setsid sleep 1000 & (sleep 1000 &) ; echo ready; exec sleep 1000"
"""As firebase-tools does it: a helper in a session of its own, a worker whose parent has ended, and itself."""
PARENT = """
import os, signal, sys, time
from pathlib import Path
from emulators.stack.processes import Program, exit_on_sigterm
exit_on_sigterm()
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored in all that nohup runs
with Program("child", ["sh", "-c", sys.argv[2]], Path(sys.argv[1]), cwd=Path("/"), env=os.environ) as program:
    program.wait_until(lambda: "ready" in program.output(), 30)
    print("ready", flush=True)
    time.sleep(1000)
"""
GONE_SECONDS = 30
"""A guard against a hang: what is to go is waited for this long."""


def family_of(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def program(tmp_path: Path, script: str) -> Program:
    return Program("the program", ["sh", "-c", script], tmp_path / "log", cwd=tmp_path, env=os.environ)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_whatever_ends_the_parent_ends_all_that_it_started(tmp_path: Path, end: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log"), DETACHED_AND_ORPHANED]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout
        parent.stdout.readline()
        family = family_of(parent.pid)

        parent.send_signal(end)

        _, alive = psutil.wait_procs(family, timeout=GONE_SECONDS)
    assert len(family) >= 4, "the guard, the command, its helper and its orphan"
    assert alive == []


def test_stopping_waits_until_everything_is_gone(tmp_path: Path) -> None:
    running = program(tmp_path, DETACHED_AND_ORPHANED)
    running.wait_until(lambda: "ready" in running.output(), GONE_SECONDS)
    family = psutil.Process().children(recursive=True)

    running.stop()

    assert not [process for process in family if process.is_running() and "sleep" in process.name()]


def test_a_program_that_ends_before_it_is_ready_shows_the_end_of_its_log(tmp_path: Path) -> None:
    with (
        program(tmp_path, "echo the port is taken; exit 7") as failing,
        pytest.raises(StartFailedError, match=r"(?s)the program ended with code 7.*the port is taken"),
    ):
        failing.wait_until(lambda: False, GONE_SECONDS)


def test_a_program_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with program(tmp_path, "echo still waiting; exec sleep 1000") as silent:
        silent.wait_until(lambda: "waiting" in silent.output(), GONE_SECONDS)

        with pytest.raises(StartFailedError, match=r"(?s)did not answer.*still waiting"):
            silent.wait_until(lambda: False, 0)


def test_free_ports_are_all_different_and_free() -> None:
    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert all(is_free(port) for port in ports)
