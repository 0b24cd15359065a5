"""`sendPush` (H-06): a notification goes to the person's devices, once, in their language."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from payments.adapters.devices import MOST_DEVICES
from tests.e2e.answers import JAPANESE
from tests.e2e.http_site import Data
from tests.e2e.phones import Phones, texts
from tests.integration.deployment import PAYER

pytestmark = pytest.mark.xdist_group("functions")

PAGE = "DMRoom"
"""The page that FlutterFlow's app opens when the push is tapped."""


def test_each_device_of_the_person_gets_one_push_that_opens_the_chat(phones: Phones) -> None:
    phones.register("phone", "tablet")
    path = phones.notify("session_started")

    answer = phones.happens(path)

    assert answer.status_code == 200
    assert phones.got() == ["phone", "tablet"]
    notice = phones.notice(path)
    for received in phones.fcm.received:
        data = received.message["data"]
        assert (data["kind"], data["sessionId"]) == ("session_started", notice["sessionId"])
        assert data["initialPageName"] == PAGE
        assert json.loads(data["parameterData"]) == {"sessionId": notice["sessionId"]}


@pytest.mark.parametrize(
    ("profile", "is_japanese"),
    [
        (None, True),
        ({"language": {"en": "en"}}, True),
        ({"display_name": "Taro", "email": "taro@example.com", "language": "en"}, False),
    ],
    ids=str,
)
def test_the_text_is_in_the_persons_language_and_japanese_where_none_is_known(
    phones: Phones,
    profile: Data | None,
    is_japanese: bool,  # noqa: FBT001  (a row of the table)
) -> None:
    """The profile is the app's own to write: whatever stands in it does no harm."""
    phones.register("phone")
    if profile is not None:
        phones.site.db.document(f"users/{PAYER}").set(profile)

    phones.happens(phones.notify())

    (received,) = phones.fcm.received
    assert bool(JAPANESE.search(texts(received))) is is_japanese


def test_what_is_no_token_is_passed_over(phones: Phones) -> None:
    paths = phones.register(None, 7, "", {"token": "x"}, "phone")
    phones.site.db.document(f"users/{PAYER}/fcm_tokens/empty").set({})

    answer = phones.happens(phones.notify())

    assert (answer.status_code, phones.got()) == (200, ["phone"])
    assert phones.kept(paths[-1:]) == [True]


def test_of_more_devices_than_anybody_has_the_newest_get_theirs(phones: Phones) -> None:
    """FlutterFlow adds a document whenever a token changes and takes none away."""
    old = [f"old-{number}" for number in range(MOST_DEVICES)]
    new = sorted(f"phone-{number}" for number in range(MOST_DEVICES))
    phones.register(*old)
    phones.register(*new)

    answer = phones.happens(phones.notify())

    assert (answer.status_code, phones.got()) == (200, new)


def test_the_same_event_many_times_at_once_pushes_once(phones: Phones) -> None:
    phones.register("phone", "tablet")
    path = phones.notify()
    body = phones.body_of(path)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: phones.deliver(path, body).status_code, range(8)))

    assert answers == [200] * 8
    assert phones.got() == ["phone", "tablet"]
