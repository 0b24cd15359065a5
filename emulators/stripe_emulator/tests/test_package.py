"""The package stands alone: it imports nothing of this project, has no circle, and works elsewhere."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import stripe
from stripe.params import PaymentIntentCreateParams

import stripe_emulator
import stripe_emulator.endpoints  # importing them registers them
from stripe_emulator.api.params import Schema
from stripe_emulator.api.routes import ROUTES

PACKAGE = Path(stripe_emulator.__file__).parent
HOME = PACKAGE.parent
ALLOWED = {"flask", "pytest", "requests", "stripe", "stripe_emulator", "typing_extensions", "werkzeug"}
"""What the package declares as what it needs; Flask brings Werkzeug."""


def imports_of(path: Path) -> set[str]:
    """The modules that a file names in its imports, also those for type checkers only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


FILES = {".".join(path.relative_to(HOME).with_suffix("").parts): imports_of(path) for path in PACKAGE.rglob("*.py")}


def test_it_imports_only_what_it_declares() -> None:
    used = {name.partition(".")[0] for imports in FILES.values() for name in imports}

    assert used - ALLOWED - set(sys.stdlib_module_names) == set()


def circles(edges: dict[str, set[str]]) -> set[str]:
    """The names that are left once everything is taken away that imports only what has been taken away."""
    left = dict(edges)
    while free := [name for name, imports in left.items() if not imports & (left.keys() - {name})]:
        for name in free:
            del left[name]
    return set(left)


def test_no_file_imports_itself_round_a_circle() -> None:
    assert circles({name: imports & FILES.keys() for name, imports in FILES.items()}) == set()


def test_no_folder_imports_itself_round_a_circle() -> None:
    def folder(name: str) -> str:
        return ".".join(name.split(".")[:2])

    edges: dict[str, set[str]] = {}
    for name, imports in FILES.items():
        edges.setdefault(folder(name), set()).update(folder(each) for each in imports & FILES.keys())

    assert circles(edges) == set()


def test_it_works_without_this_project_and_brings_its_fixtures(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(PACKAGE, site / PACKAGE.name)
    shutil.copy(HOME / "tests" / "test_sample.py", tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(*command: str) -> int:
        return subprocess.run([sys.executable, "-m", *command], cwd=tmp_path, env=environment, check=False).returncode

    assert run("stripe_emulator", "--help") == 0
    assert run("pytest", "-q", "-p", "no:cacheprovider", "-p", "stripe_emulator.pytest_plugin", "test_sample.py") == 0


def test_what_it_declares_for_its_installation_is_there() -> None:
    declared = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))
    globs = declared["tool"]["setuptools"]["package-data"]["stripe_emulator"]
    packed = {path for glob in globs for path in PACKAGE.glob(glob)}
    other = {path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    needed = {re.split(r"[^a-z-]", each)[0].replace("-", "_") for each in declared["project"]["dependencies"]}
    [plugin] = declared["project"]["entry-points"]["pytest11"].values()

    assert packed == other
    assert needed == ALLOWED - {"pytest", "stripe_emulator", "werkzeug"}
    assert importlib.import_module(plugin).stripe_client
    assert all((path.parent / "__init__.py").exists() for path in PACKAGE.rglob("*.py"))


def test_it_models_the_version_that_the_sdk_sends_and_no_parameter_of_another() -> None:
    """Force a decision when the SDK is raised: its parameters, and so the emulator's, then change."""
    assert stripe.api_version == "2026-10-28.endive"
    assert Schema(PaymentIntentCreateParams, for_clients=False).required == {"amount", "currency"}
    assert [route.path for route in ROUTES.values() if not route.modelled <= route.schema.fields.keys()] == []
