"""The kit's files as FlutterFlow makes an app of them, compiled and run by a Dart VM against facades of its packages.

`dart/facades` has what the kit uses of each package, with the package's own signatures: compare them with the package
by hand if its version in flutterflow/dependencies.toml changes. Behind them is one of two. `dart/scenarios` has fakes,
and the courses of events that the actions, the functions and the widget are run through. `dart/stack` has the local
stack, over HTTP. `dart/flutterflow` has what FlutterFlow writes beside the custom code, as far as it is imported.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import contract
from .source import dart_files

DART = Path(__file__).parent / "dart"
LANGUAGE = "3.4"
"""The version of Dart that the code is compiled as: what FlutterFlow's Flutter has is no older."""
HANG_SECONDS = 200
END_OF_KIT = "end of kit\n"


class NotCompiledError(Exception):
    """The code is not compiled, or ends by an error; the text is the compiler's."""


@dataclass(frozen=True)
class Kit:
    """The files of a kit by their path in it, and the scenarios that it is run through: all if none is named."""

    sources: Mapping[str, str]
    scenarios: tuple[str, ...] = ()


def kit_sources() -> dict[str, str]:
    """The kit's files by their path in it."""
    return {file.path: file.source for file in dart_files()}


def scenario_names() -> list[str]:
    """The name of every scenario, read from the files that they stand in."""
    sources = [path.read_text() for path in sorted((DART / "scenarios" / "lib").glob("*.dart"))]
    names = [name for source in sources for name in re.findall(r"\bScenario\(\s*'((?:\\.|[^'\\])*)'", source)]
    return [name.replace("\\'", "'") for name in names]


def run(dart: Path, kits: Sequence[Kit], folder: Path) -> list[dict[str, list[str]]]:
    """Compile the kits together, which costs little more than one, and run each.

    Answers for each kit what is wrong in each scenario. Raises `NotCompiledError`.
    """
    facts = folder / "contract.json"
    facts.write_text(json.dumps(contract.for_dart(), default=lambda time: {"time": time.isoformat()}))
    packages: dict[str, Path] = {}
    for number, kit in enumerate(kits):
        app, scenarios = folder / f"app{number}", folder / f"scenarios{number}"
        _lay_out(kit.sources, app / "lib")
        for path in (DART / "scenarios" / "lib").glob("*.dart"):
            _write(scenarios / "lib" / path.name, path.read_text().replace("package:app/", f"package:{app.name}/"))
        packages |= {app.name: app, scenarios.name: scenarios}
    command = _command(dart, folder, packages, _main(folder, facts, kits))
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    if done.returncode != 0:
        raise NotCompiledError(done.stderr)
    return [dict(map(json.loads, part.splitlines())) for part in done.stdout.split(END_OF_KIT)[:-1]]


def on_the_stack(dart: Path, folder: Path) -> list[str]:
    """The command of a phone with the kit's own files. It takes the stack's addresses, and steps from its input."""
    _lay_out(kit_sources(), folder / "app" / "lib")
    stack = DART / "stack"
    return _command(dart, folder, {"app": folder / "app", "stack": stack}, stack / "lib" / "main.dart")


def _command(dart: Path, folder: Path, packages: Mapping[str, Path], main: Path) -> list[str]:
    """The VM's command, with the file by which it finds the packages."""
    facades = {facade.name: facade for facade in (DART / "facades").iterdir()}
    roots = [
        {"name": name, "rootUri": root.as_uri(), "packageUri": "lib/", "languageVersion": LANGUAGE}
        for name, root in {**facades, **packages}.items()
    ]
    _write(folder / "packages.json", json.dumps({"configVersion": 2, "packages": roots}))
    return [str(dart), f"--packages={folder / 'packages.json'}", str(main)]


def _main(folder: Path, facts: Path, kits: Sequence[Kit]) -> Path:
    """A program that runs the scenarios of each kit, one kit after the other."""
    imports = [f"import 'package:scenarios{number}/main.dart' as kit{number};\n" for number in range(len(kits))]
    calls = [
        f"  await kit{number}.main({json.dumps([str(facts), *kit.scenarios], ensure_ascii=False)});\n"
        f"  print('{END_OF_KIT.strip()}');\n"
        for number, kit in enumerate(kits)
    ]
    file = folder / "main.dart"
    _write(file, "".join([*imports, "Future<void> main() async {\n", *calls, "}\n"]))
    return file


def _lay_out(sources: Mapping[str, str], lib: Path) -> None:
    """Write the app as FlutterFlow does: a file for each action and widget, one file for all functions."""
    shutil.copytree(DART / "flutterflow", lib)
    for kind in ("actions", "widgets"):
        own = {Path(path).name: source for path, source in sources.items() if path.startswith(f"custom_{kind}/")}
        for name, source in own.items():
            _write(lib / "custom_code" / kind / name, source)
        _write(lib / "custom_code" / kind / "index.dart", "".join(f"export '{name}';\n" for name in own))
    functions = [source for path, source in sources.items() if path.startswith("custom_functions/")]
    header, _, _ = functions[0].rpartition("import '/auth/")
    header += "import '/auth/firebase_auth/auth_util.dart';\n"
    own_parts = "".join(source.removeprefix(header) for source in functions)
    _write(lib / "flutter_flow" / "custom_functions.dart", header + own_parts)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
