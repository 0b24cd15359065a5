"""Which Firestore engine is taken, on machines with this or that on the PATH: real programs, in small scripts."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from emulators.stack.engine_choice import (
    HIDANE_VERSION,
    EngineNotFoundError,
    External,
    Hidane,
    Official,
    find_engine,
)

CARGO_THAT_BUILDS = """
while [ "$1" != --root ]; do shift; done
sleep 0.2
mkdir -p "$2/bin" && echo built >> "$2/builds"
printf '#!/bin/sh\\n' > "$2/bin/hidane" && chmod +x "$2/bin/hidane"
"""


class Machine:
    """A machine with nothing on its PATH but sh's own tools and what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self.cache = folder / "cache" / "paid-chat"
        self.programs.mkdir()
        self.environ = {"PATH": f"{self.programs}", "XDG_CACHE_HOME": str(folder / "cache")}

    def has(self, program: str, script: str = "") -> Path:
        path = self.programs / program
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)
        return path

    def has_java(self, version: str) -> None:
        self.has("java", f"echo 'openjdk version \"{version}\" 2025-01-01' >&2")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_running_engine_that_is_named_goes_before_all_others(machine: Machine) -> None:
    machine.has("hidane")

    engine = find_engine({**machine.environ, "FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080"})

    assert engine == External("127.0.0.1:8080")


def test_hidane_on_the_path_goes_before_java(machine: Machine) -> None:
    hidane = machine.has("hidane")
    machine.has_java("21.0.1")

    assert find_engine(machine.environ) == Hidane(hidane)


def test_hidane_that_was_built_earlier_is_taken_again(machine: Machine) -> None:
    built = machine.cache / f"hidane-{HIDANE_VERSION}" / "bin" / "hidane"
    built.parent.mkdir(parents=True)
    built.touch(mode=0o755)

    assert find_engine(machine.environ) == Hidane(built)


@pytest.mark.parametrize("version", ["21.0.1", "24"])
def test_java_21_or_newer_runs_the_official_emulator(machine: Machine, version: str) -> None:
    machine.has_java(version)
    machine.has("cargo", "exit 1")

    assert find_engine(machine.environ) == Official()


@pytest.mark.parametrize("version", ["1.8.0_381", "17.0.15", ""])
def test_an_older_java_or_one_that_does_not_run_is_passed_over(machine: Machine, version: str) -> None:
    machine.has_java(version)

    with pytest.raises(EngineNotFoundError, match=r"(?s)Java 21.*hidane.*FIRESTORE_EMULATOR_HOST"):
        find_engine(machine.environ)


def test_two_that_need_it_at_the_same_time_build_it_once(machine: Machine) -> None:
    machine.has("cargo", CARGO_THAT_BUILDS)
    threads = [threading.Thread(target=find_engine, args=(machine.environ, [].append)) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (machine.cache / f"hidane-{HIDANE_VERSION}" / "builds").read_text() == "built\n"


def test_a_build_that_fails_says_why_and_what_else_there_is(machine: Machine) -> None:
    machine.has("cargo", "echo 'error: rustc 1.60 is too old' >&2; exit 101")

    with pytest.raises(
        EngineNotFoundError, match=r"(?s)rustc 1.60 is too old.*Java 21.*hidane.*FIRESTORE_EMULATOR_HOST"
    ):
        find_engine(machine.environ, say=lambda _: None)
