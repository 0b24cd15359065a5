"""The kit is compiled and run: each action, function and the widget answers what it should, whatever happens.

The server, the documents and the sheet of a scenario are fakes; what they take and answer is checked against the code.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from . import dart_app
from .dart_app import Kit, Outcome

NAMES = dart_app.scenario_names()

# They are run together, by one compilation.
pytestmark = pytest.mark.xdist_group("kit")


@pytest.fixture(scope="module")
def outcomes(dart: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    (ran,) = dart_app.run(dart, [Kit(dart_app.kit_sources())], tmp_path_factory.mktemp("kit"))
    return {outcome.name: outcome for outcome in ran}


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_ends_as_it_should(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]

    assert (outcome.answer, outcome.problems) == (outcome.expected, ())
