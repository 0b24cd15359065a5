"""Which Firestore engine this machine can run: found, or built once.

In this order: `FIRESTORE_EMULATOR_HOST`; `hidane` on the PATH or built earlier; Java 21 or newer with
firebase-tools' own emulator; `cargo`, with which hidane is built once into the user's cache.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HIDANE_VERSION = "0.6.0"
MINIMUM_JAVA = 21
"""firebase-tools refuses an older one for its Firestore emulator."""
SECONDS_BETWEEN_LINES = 10

WAYS_TO_GET_ONE = f"""\
No Firestore engine was found. Any one of these three is enough:
  1. Java {MINIMUM_JAVA} or newer on the PATH (firebase-tools then fetches Google's own emulator).
  2. hidane {HIDANE_VERSION} on the PATH (an emulator without Java: https://hidane.dev), or Rust's cargo to build it.
  3. An engine that runs already: FIRESTORE_EMULATOR_HOST=127.0.0.1:8080"""


class EngineNotFoundError(RuntimeError):
    """No engine is there and none can be built. The text tells the ways to get one."""


@dataclass(frozen=True)
class External:
    """An engine that somebody else started; ours to use, not to stop."""

    host: str


@dataclass(frozen=True)
class Hidane:
    """The engine in one binary, without Java."""

    binary: Path


@dataclass(frozen=True)
class Official:
    """Google's own emulator, which firebase-tools fetches and starts with the Java on the PATH."""


Engine = External | Hidane | Official


def find_engine(environ: Mapping[str, str] = os.environ, say: Callable[[str], None] = print) -> Engine:
    """The first engine of the order above. Builds one with cargo if that is the only way, telling `say` how it goes.

    Raises:
        EngineNotFoundError: there is none, or the build failed.
    """
    if host := environ.get("FIRESTORE_EMULATOR_HOST"):
        return External(host)
    built = cache_folder(environ) / f"hidane-{HIDANE_VERSION}"
    if binary := _program("hidane", environ) or _executable(built / "bin" / "hidane"):
        return Hidane(binary)
    if java_version(environ) >= MINIMUM_JAVA:
        return Official()
    if cargo := _program("cargo", environ):
        return Hidane(_build_once(cargo, built, say))
    raise EngineNotFoundError(WAYS_TO_GET_ONE)


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where things that are built once live: outside the checkout, so that every clone shares them."""
    home = environ.get("HOME") or str(Path.home())
    return Path(environ.get("XDG_CACHE_HOME") or Path(home) / ".cache") / "paid-chat"


def java_version(environ: Mapping[str, str] = os.environ) -> int:
    """The major version of the Java on the PATH, 0 if there is none that runs."""
    java = _program("java", environ)
    if not java:
        return 0
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, env=dict(environ))
    found = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    return int(found[1]) if found else 0


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Holds an exclusive lock on a file, so that processes beside each other don't do the same thing twice."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _program(name: str, environ: Mapping[str, str]) -> Path | None:
    found = shutil.which(name, path=environ.get("PATH", ""))
    return Path(found) if found else None


def _executable(path: Path) -> Path | None:
    return path if os.access(path, os.X_OK) else None


def _build_once(cargo: Path, root: Path, say: Callable[[str], None]) -> Path:
    binary = root / "bin" / "hidane"
    with one_at_a_time(root.parent / f"{root.name}.lock"):
        if not _executable(binary):
            say(f"Building the Firestore engine hidane {HIDANE_VERSION} with cargo, once: two to four minutes …")
            _build(cargo, root, say)
    return binary


def _build(cargo: Path, root: Path, say: Callable[[str], None]) -> None:
    command = [str(cargo), "install", "hidane", "--locked", "--version", HIDANE_VERSION, "--root", str(root)]
    lines: list[str] = []
    said_at = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as build:
        for line in build.stderr or ():
            lines.append(line.strip())
            if time.monotonic() - said_at > SECONDS_BETWEEN_LINES:
                said_at = time.monotonic()
                say(f"  {lines[-1]} …")
    if build.returncode:
        raise EngineNotFoundError("\n".join(["cargo could not build hidane:", *lines[-10:], "", WAYS_TO_GET_ONE]))
