"""The changelog is in the form that tools read, and begins with the version of the package."""

from __future__ import annotations

import json
import re

from docs.generator.product import ROOT

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_newest_version_is_that_of_the_package() -> None:
    version = json.loads((ROOT / "package.json").read_text())["version"]

    (newest, *_) = re.findall(r"^## \[([\d.]+)\] - (?:Unreleased|\d{4}-\d\d-\d\d)$", CHANGELOG, re.MULTILINE)

    assert newest == version


def test_every_section_is_one_of_keep_a_changelog() -> None:
    sections = set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE))

    assert sections
    assert sections <= SECTIONS
