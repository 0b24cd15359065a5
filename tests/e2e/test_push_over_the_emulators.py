"""Pushes on the whole stack (H-06): a callable's commit, Firestore's own trigger, the functions, the phones."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from emulators.fcm import Received
from emulators.stack.engine_choice import Engine, External
from tests.e2e.answers import JAPANESE
from tests.e2e.app_stage import Stage
from tests.e2e.phones import texts


@pytest.fixture
def pushed(stage: Stage, engine_choice: Engine) -> Stage:
    """The stage, where the engine is told of the functions as it starts: one that runs already has no triggers."""
    if isinstance(engine_choice, External):
        pytest.skip("FIRESTORE_EMULATOR_HOST names an engine that knows no functions: nothing is triggered there")
    return stage


def own_token(stage: Stage, uid: str, kind: str = "phone") -> tuple[str, str]:
    """A token of the person's, and its document's path."""
    token = f"{kind}-{uuid.uuid4().hex}"
    path = f"users/{uid}/fcm_tokens/{uuid.uuid4().hex[:20]}"
    fields = {
        "fcm_token": {"stringValue": token},
        "device_type": {"stringValue": "Android"},
        "created_at": {"timestampValue": datetime.now(UTC).isoformat()},
    }
    stage.documents.write(path, fields)
    return token, path


def kinds_to(stage: Stage, token: str) -> list[str]:
    """What the device was told, sorted."""
    return sorted(each.message["data"]["kind"] for each in stage.stack.fcm.to(token))


def arrived(stage: Stage, kind: str, *tokens: str) -> list[Received]:
    """The pushes of a kind to these devices, once each has got one."""

    def of_kind(received: list[Received]) -> list[Received]:
        return [each for each in received if each.token in tokens and each.message["data"]["kind"] == kind]

    return of_kind(stage.stack.fcm.wait_for(lambda got: {each.token for each in of_kind(got)} == set(tokens)))


def test_a_callables_commit_tells_both_people_each_in_their_language(pushed: Stage) -> None:
    """H-06: every webhook of the stage comes twice, and each device is told once."""
    phone, _ = own_token(pushed, pushed.payer.uid)
    tablet, _ = own_token(pushed, pushed.payer.uid)
    gone, gone_path = own_token(pushed, pushed.payer.uid, "unregistered")
    theirs, _ = own_token(pushed, pushed.consultant.uid)
    assert pushed.consultant.set(f"users/{pushed.consultant.uid}", {"language": "en"}).code is None

    hold = pushed.started()

    payers = arrived(pushed, "session_started", phone, tablet)
    (consultants,) = arrived(pushed, "session_started", theirs)
    arrived(pushed, "session_ready", phone, tablet, theirs)
    pushed.webhooks_delivered()
    assert all(JAPANESE.search(texts(each)) for each in payers)
    assert not JAPANESE.search(texts(consultants))
    assert {each.message["data"]["sessionId"] for each in (*payers, consultants)} == {hold.session_id}
    assert [kinds_to(pushed, token) for token in (phone, tablet, theirs)] == [["session_ready", "session_started"]] * 3
    forgotten = pushed.payer.listen(gone_path).until(lambda answer: answer.code is not None or answer.data is None)
    assert forgotten.code is None
    assert len(pushed.stack.fcm.to(gone)) in (1, 2)
    assert not any(token in pushed.stack.firebase.output() for token in (phone, tablet, gone, theirs))
