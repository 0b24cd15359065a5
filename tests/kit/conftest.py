"""The marker of this folder."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "kit: the FlutterFlow kit, run and compared with what the server takes and answers (tests/kit)"
    )
