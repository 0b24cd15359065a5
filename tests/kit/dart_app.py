"""The kit's files as FlutterFlow makes an app of them, compiled and run by a Dart VM against facades of its packages.

`dart/facades` has what the kit uses of each package, with the package's own signatures: compare them with the package
by hand if its version in flutterflow/dependencies.toml changes. Behind them is one of two. `dart/scenarios` has fakes,
and the courses of events that the actions, the functions and the widget are run through. `dart/stack` has the local
stack, over HTTP.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import contract
from .source import KIT

DART = Path(__file__).parent / "dart"
LANGUAGE = "3.4"
"""The version of Dart that the code is compiled as: what FlutterFlow's Flutter has is no older."""
HANG_SECONDS = 200
END_OF_KIT = "end of kit\n"

#: What FlutterFlow writes beside the custom code, as far as its headers import it.
FLUTTER_FLOW = {
    "flutter_flow/lat_lng.dart": "",
    "flutter_flow/place.dart": "",
    "flutter_flow/uploaded_file.dart": "",
    "flutter_flow/flutter_flow_util.dart": "export 'package:cloud_firestore/cloud_firestore.dart'\n"
    "    show DocumentReference, FirebaseFirestore;\n",
    "flutter_flow/flutter_flow_theme.dart": "import 'package:flutter/material.dart';\n"
    "class FlutterFlowTheme {\n"
    "  static FlutterFlowTheme of(BuildContext context) => FlutterFlowTheme();\n"
    "  TextStyle get titleMedium => const TextStyle();\n"
    "}\n",
    "backend/backend.dart": "export 'package:cloud_firestore/cloud_firestore.dart';\n",
    "auth/firebase_auth/auth_util.dart": "String get currentUserUid => '';\n",
}
_EXPORTED = {
    "actions": re.compile(r"^Future<\w+> (\w+)\(", re.MULTILINE),
    "widgets": re.compile(r"^class (\w+) extends StatefulWidget", re.MULTILINE),
}


class NotCompiledError(Exception):
    """The code is not compiled, or ends by an error; the text is the compiler's."""


@dataclass(frozen=True)
class Kit:
    """The files of a kit by their path in it, and the scenarios that it is run through: all if none is named."""

    sources: Mapping[str, str]
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of one scenario."""

    name: str
    expected: str
    answer: str | None
    problems: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return self.answer == self.expected and not self.problems


def kit_sources() -> dict[str, str]:
    """The kit's files by their path in it."""
    return {str(path.relative_to(KIT)): path.read_text() for path in sorted(KIT.glob("*/*.dart"))}


def scenario_names() -> list[str]:
    """The name of every scenario, read from the files that they stand in."""
    sources = [path.read_text() for path in sorted((DART / "scenarios" / "lib").glob("*.dart"))]
    names = [name for source in sources for name in re.findall(r"\bScenario\(\s*'((?:\\.|[^'\\])*)'", source)]
    return [name.replace("\\'", "'") for name in names]


def run(dart: Path, kits: Sequence[Kit], folder: Path) -> list[list[Outcome]]:
    """Compile the kits together, which costs little more than one, and run each. Raises `NotCompiledError`."""
    facts = folder / "contract.json"
    facts.write_text(json.dumps(contract.for_dart()))
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
    return [_outcomes(part) for part in done.stdout.split(END_OF_KIT)[:-1]]


def on_the_stack(dart: Path, folder: Path) -> list[str]:
    """The command of a phone with the kit's own files. It takes the stack's addresses, and steps from its input."""
    _lay_out(kit_sources(), folder / "app" / "lib")
    stack = DART / "stack"
    return _command(dart, folder, {"app": folder / "app", "stack": stack}, stack / "lib" / "main.dart")


def _command(dart: Path, folder: Path, packages: Mapping[str, Path], main: Path) -> list[str]:
    facades = {facade.name: facade for facade in (DART / "facades").iterdir()}
    return [str(dart), f"--packages={_packages(folder, {**facades, **packages})}", str(main)]


def _outcomes(lines: str) -> list[Outcome]:
    told = map(json.loads, lines.split("\n")[:-1])
    return [Outcome(each["name"], each["expected"], each["answer"], tuple(each["problems"])) for each in told]


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


def _packages(folder: Path, roots: Mapping[str, Path]) -> Path:
    """The file by which the VM finds the packages."""
    packages = [
        {"name": name, "rootUri": root.as_uri(), "packageUri": "lib/", "languageVersion": LANGUAGE}
        for name, root in roots.items()
    ]
    file = folder / "packages.json"
    _write(file, json.dumps({"configVersion": 2, "packages": packages}))
    return file


def _lay_out(sources: Mapping[str, str], lib: Path) -> None:
    """Write the app as FlutterFlow does: a file for each action and widget, one file for all functions."""
    for path, source in FLUTTER_FLOW.items():
        _write(lib / path, source)
    for kind, exported in _EXPORTED.items():
        own = {Path(path).name: source for path, source in sources.items() if path.startswith(f"custom_{kind}/")}
        for name, source in own.items():
            _write(lib / "custom_code" / kind / name, source)
        exports = [f"export '{name}' show {', '.join(exported.findall(source))};\n" for name, source in own.items()]
        _write(lib / "custom_code" / kind / "index.dart", "".join(exports))
    functions = [source for path, source in sources.items() if path.startswith("custom_functions/")]
    header, _, _ = functions[0].rpartition("import '/auth/")
    header += "import '/auth/firebase_auth/auth_util.dart';\n"
    _write(
        lib / "flutter_flow" / "custom_functions.dart",
        header + "".join(source.removeprefix(header) for source in functions),
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
