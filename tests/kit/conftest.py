"""The marker of this folder, and the kit's files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from emulators.dart_vm import DartNotFoundError, find_dart

from .queries import KIT
from .tree import DartFile, read


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "kit: the FlutterFlow kit, compared with what the server takes and answers (tests/kit)"
    )


@pytest.fixture
def broken() -> Callable[[str, str, str], DartFile]:
    """A file of the kit with one thing in it put wrong."""

    def make(path: str, right: str, wrong: str) -> DartFile:
        file = read(KIT / path)
        assert right in file.source, f"{path} has no {right}"
        return DartFile(file.name, file.source.replace(right, wrong, 1))

    return make


@pytest.fixture(scope="session")
def dart() -> Path:
    """The Dart VM of this machine. Tests are skipped if it can't have one; a CI has to have it."""
    try:
        return find_dart()
    except DartNotFoundError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
