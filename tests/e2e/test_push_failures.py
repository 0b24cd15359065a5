"""What goes wrong between `sendPush` and a phone loses nothing, holds nobody up, and gives nobody away (H-06)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from payments.adapters.devices import MOST_DEVICES
from tests.e2e.conftest import Deploy
from tests.e2e.phones import Phones
from tests.integration.deployment import PAYER

pytestmark = pytest.mark.xdist_group("functions")

FUNCTION_SECONDS = 60
"""What `main.py` allows a function: the platform ends it then."""
PASSING = ("mismatch", "apns", "quota", "throttled", "internal", "gateway", "unavailable", "lost")
"""FCM's refusals after which a token is still worth keeping."""


def test_the_token_of_an_app_that_is_gone_is_dropped_and_the_others_stay(phones: Phones) -> None:
    paths = phones.register("phone", "unregistered-1", "tablet", "unregistered-1", "unregistered-2")

    answer = phones.happens(phones.notify())

    assert answer.status_code == 200
    assert phones.got() == ["phone", "tablet", "unregistered-1", "unregistered-2"]
    assert phones.kept(paths) == [True, False, True, False, False]


@pytest.mark.parametrize("kind", ["quota", "unavailable", "lost"])
def test_a_push_that_fails_loses_nothing(phones: Phones, kind: str) -> None:
    """The token stays, the others get theirs, the notification stays unread, and the platform sees no failure."""
    paths = phones.register(f"{kind}-1", "phone", f"{kind}-2")
    path = phones.notify()

    answer = phones.happens(path)

    assert answer.status_code == 200
    assert phones.got("phone") == ["phone"]
    assert set(phones.got()) == {f"{kind}-1", f"{kind}-2", "phone"}
    assert phones.kept(paths) == [True, True, True]
    assert phones.notice(path)["readAt"] is None


def test_devices_that_never_answer_do_not_use_up_the_functions_time(phones: Phones) -> None:
    """The platform would end the function, with the rest of the devices not told and nothing in the log."""
    paths = phones.register(*(f"silent-{number}" for number in range(MOST_DEVICES - 1)), "phone")
    path = phones.notify()

    answer = phones.happens(path, seconds=FUNCTION_SECONDS)

    assert answer.status_code == 200
    assert len(phones.got()) == MOST_DEVICES
    assert all(phones.kept(paths))
    assert phones.notice(path)["readAt"] is None


def test_without_credentials_for_fcm_a_push_fails_and_nothing_else(
    phones: Phones, deploy: Deploy, tmp_path: Path
) -> None:
    paths = phones.register("phone")
    path = phones.notify()
    no_credentials = {"NO_GCE_CHECK": "true", "CLOUDSDK_CONFIG": str(tmp_path)}

    answer = phones.happens(path, by=deploy(FCM_API_BASE=None, **no_credentials))

    assert answer.status_code == 200
    assert phones.got() == []
    assert phones.kept(paths) == [True]
    assert phones.notice(path)["readAt"] is None


def test_in_production_no_other_address_than_fcms_gets_anything(phones: Phones, deploy: Deploy) -> None:
    phones.register("phone")
    path = phones.notify()

    phones.happens(path, by=deploy(K_SERVICE="sendpush"))

    assert phones.got() == []
    assert phones.notice(path)["readAt"] is None


@pytest.fixture
def log(phones: Phones) -> Callable[[], str]:
    """What `sendPush` has written since the test began."""
    phones.site.functions.url("sendPush")
    before = len(phones.site.functions.log("sendPush"))
    return lambda: phones.site.functions.log("sendPush")[before:]


def test_no_log_says_who_was_told_what_and_where(phones: Phones, log: Callable[[], str]) -> None:
    """A token is an address of a person's phone; FCM's own messages and URLs may carry one."""
    tokens = [f"{kind}-{uuid.uuid4().hex}" for kind in (*PASSING, "unregistered", "malformed", "phone")]
    phones.register(*tokens)
    profile = {"display_name": "山田太郎", "email": "taro@example.com", "phone_number": "+81-90-0000-0000"}
    phones.site.db.document(f"users/{PAYER}").set(profile)

    phones.happens(phones.notify())

    shown = phones.fcm.received[0].message["notification"]
    private = [*(token.partition("-")[2] for token in tokens), *profile.values(), *shown.values()]
    assert len(phones.fcm.received) >= len(tokens)
    assert [each for each in private if each in log()] == []


def test_a_failure_is_logged_with_fcms_code(phones: Phones, log: Callable[[], str]) -> None:
    phones.register("mismatch-1")

    phones.happens(phones.notify())

    lines = [json.loads(line) for line in log().splitlines() if line.startswith("{")]
    assert [line["severity"] for line in lines if "SENDER_ID_MISMATCH" in json.dumps(line)] == ["WARNING"]
