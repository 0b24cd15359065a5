"""The marker of this folder, and the Dart VM."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emulators.stack.dart_vm import DartNotFoundError, find_dart


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "kit: the FlutterFlow kit, run and compared with what the server takes and answers (tests/kit)"
    )


@pytest.fixture(scope="session")
def dart() -> Path:
    """The Dart VM of this machine. Tests are skipped if it can't have one; a CI has to have it."""
    try:
        return find_dart()
    except DartNotFoundError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
