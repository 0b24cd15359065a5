"""What is installed is pinned to the last package, and from no particular registry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def requirements(name: str) -> list[str]:
    """The packages with their versions and markers; that each has its hash, pip demands itself."""
    lines = [line.partition(" #")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    return [line.removesuffix("\\").strip() for line in lines if line and not line.startswith(("#", "-"))]


@pytest.mark.parametrize(
    ("source", "compiled"),
    [("functions/requirements.in", "functions/requirements.txt"), ("requirements-dev.in", "requirements-dev.txt")],
)
def test_what_is_compiled_agrees_with_what_is_asked_for(source: str, compiled: str) -> None:
    asked = set(requirements(source))

    assert asked <= {line.split(" ;")[0] for line in requirements(compiled)}


def test_development_and_deployment_agree_on_every_version_they_share() -> None:
    deployed = dict(line.split(" ;")[0].split("==") for line in requirements("functions/requirements.txt"))
    development = dict(line.split(" ;")[0].split("==") for line in requirements("requirements-dev.txt"))

    shared = deployed.keys() & development.keys()

    assert {name: deployed[name] for name in shared} == {name: development[name] for name in shared}


def test_every_node_package_is_checked_by_its_hash_and_from_no_particular_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_node_packages_are_asked_for_in_exact_versions() -> None:
    asked = json.loads((ROOT / "package.json").read_text())["devDependencies"]

    assert [name for name, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
