"""`system` is what the sweep is called on record: a person who has that UID is somebody like any other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from firebase_functions.https_fn import HttpsError

from payments.domain.chat.records import SYSTEM
from payments.endpoints import callable_protocol
from payments.endpoints.callables import CALLABLES
from tests.integration.deployment import Deployment


def call(deployment: Deployment, name: str, uid: str, sent: dict[str, Any]) -> Any:
    """A callable, called by somebody who is signed in with this UID."""
    raw = SimpleNamespace(headers={})
    request: Any = SimpleNamespace(auth=SimpleNamespace(uid=uid), app=None, data=sent, raw_request=raw)
    return callable_protocol._answer(CALLABLES[name], request, lambda: deployment.deps.chat)


@pytest.mark.parametrize("name", ["capturePaymentIntent", "cancelPaymentIntent", "endSession"])
def test_a_person_who_is_called_system_has_no_say_in_other_peoples_chats(deployment: Deployment, name: str) -> None:
    """Custom sign-in may give any UID. Its owner could let a stranger's used hold go, or end their chat."""
    hold = deployment.started("s1")
    deployment.pass_time(minutes=31)
    before = deployment.everything()
    sent = {"sessionId": "s1"} if name == "endSession" else {"paymentIntentId": hold.id}

    with pytest.raises(HttpsError) as refused:
        call(deployment, name, SYSTEM, sent)

    assert (refused.value.details or {})["code"] in ("session_not_yours", "unauthenticated")
    assert deployment.everything() == before
