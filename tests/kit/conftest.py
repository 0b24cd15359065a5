"""The marker of this folder, and the kit's files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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
