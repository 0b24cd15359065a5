"""Each recorded exchange and event of the real Stripe, played again on the emulator, which says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recorded import event_scenes
from recorded.comparison import differences
from recorded.explained import idle, unexplained
from recorded.files import WHY_SKIPPED, Recording, recordings
from recorded.scenes import SCENES, replay
from recorded.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from stripe_emulator import StripeControl, StripeEmulator

    Differ = Callable[[Recording], list[str]]

EXCHANGES = recordings("exchange")
EVENTS = recordings("event")
COMPARED = [each for each in EVENTS if each.name not in event_scenes.NOT_COMPARED]
needs_recordings = pytest.mark.skipif(not EXCHANGES, reason=WHY_SKIPPED)


@pytest.fixture
def differ(stripe_emulator: StripeEmulator, stripe_control: StripeControl) -> Differ:
    """Plays a recording on an emulator in which nothing has happened yet; answers what differs."""

    def played(recording: Recording) -> list[str]:
        stripe_control.reset()
        stage = Stage(stripe_emulator.url, stripe_emulator.secret_key, stripe_control, recording)
        if recording.content["kind"] == "event":
            return list(differences(recording.event, event_scenes.event_like(stage), "event"))
        return of_exchange(stage)

    return played


def of_exchange(stage: Stage) -> list[str]:
    """Every difference of status, headers and body."""
    theirs, answer = stage.recording.response, replay(stage)
    request_id, original = answer.headers.get("Request-Id"), answer.headers.get("Original-Request")
    headers = {
        "stripe-should-retry": answer.headers.get("Stripe-Should-Retry"),
        "has_request_id": request_id is not None,
        "original_request_equals_request_id": None if original is None else original == request_id,
    }
    return [
        *differences(theirs["status"], answer.status_code, "status"),
        *differences(theirs.get("headers", headers), headers, "headers"),
        *differences(theirs["body"], answer.json(), "answer"),
    ]


@needs_recordings
@pytest.mark.parametrize("recording", [*EXCHANGES, *COMPARED], ids=lambda recording: recording.name)
def test_the_emulator_says_what_stripe_said(recording: Recording, differ: Differ) -> None:
    assert unexplained(differ(recording), recording) == []


@needs_recordings
def test_every_recording_has_its_scene() -> None:
    assert SCENES.keys() == {each.name for each in EXCHANGES}
    assert event_scenes.SCENES.keys() == {each.name for each in COMPARED}


@needs_recordings
def test_every_explanation_is_needed(differ: Differ) -> None:
    found = [(each, recording) for recording in [*EXCHANGES, *COMPARED] for each in differ(recording)]

    assert idle(found) == set()


def test_the_comparison_sees_every_kind_of_difference() -> None:
    theirs = {
        "object": "charge",
        "id": "ch_1",
        "gone": 1,
        "none": None,
        "typed": 1,
        "list": [1],
        "code": "a",
        "in": {"x": 1},
    }
    ours = {"object": "charge", "id": "ch_2", "new": 1, "none": 1, "typed": "1", "list": [], "code": "b", "in": {}}

    assert list(differences(theirs, ours, "answer")) == [
        "charge.code: 'b' instead of 'a'",
        "charge.gone: missing",
        "charge.in.x: missing",
        "charge.list: 0 items instead of 1",
        "charge.new: not in the recording",
        "charge.none: not null",
        "charge.typed: string instead of number",
    ]
