"""The Dart VM is the one on the PATH, or else the pinned package; a machine that can't run one is told the ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulators.stack import dart_vm
from emulators.stack.dart_vm import DartNotFoundError, check_integrity, find_dart


def test_the_dart_on_the_path_is_preferred(tmp_path: Path) -> None:
    dart = tmp_path / "dart"
    dart.touch(mode=0o755)

    assert find_dart({"PATH": str(tmp_path)}) == dart


def test_a_machine_that_runs_no_32_bit_program_is_told_the_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dart_vm, "LOADER", tmp_path / "none")

    with pytest.raises(DartNotFoundError, match="libc6-i386"):
        find_dart({"PATH": ""})


def test_another_package_than_the_pinned_one_is_refused() -> None:
    with pytest.raises(DartNotFoundError, match="not what was pinned"):
        check_integrity(b"another archive")
