"""The marker of this folder."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "indexes: every query has its index, every index its query (tests/indexes)")
