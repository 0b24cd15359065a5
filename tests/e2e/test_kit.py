"""The FlutterFlow kit's own Dart plays the payer on the whole local stack: only the phone's screen is missing.

`tests/kit` runs the same files through what can go wrong, with a server that answers from a script.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emulators.stack.stack import Stack
from tests.e2e.app_stage import GOOD_CARD, Stage
from tests.e2e.kit_phone import KitPhone, running_phone
from tests.kit import dart_app

PRICE = 5000
DECLINED = "4000000000000002"
LENGTH = timedelta(minutes=30)


@pytest.fixture(scope="module")
def running(stack: Stack, dart: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KitPhone]:
    command = dart_app.on_the_stack(dart, tmp_path_factory.mktemp("phone"))
    with running_phone(command, stack) as phone:
        yield phone


@pytest.fixture
def phone(running: KitPhone, stage: Stage) -> KitPhone:
    """The payer's phone; the payer has a good card."""
    running.belongs_to(stage.payer)
    running.does("takeCard", GOOD_CARD)
    return running


def buy(phone: KitPhone, stage: Stage, session_id: str) -> str:
    return phone.does("buyChatTicket", session_id, stage.consultant.uid, PRICE, "Shop", "imecon")


def chat(stage: Stage, session_id: str) -> dict[str, Any]:
    return stage.documents.read(f"sessions/{session_id}")


def at_stripe(stage: Stage, session_id: str) -> tuple[str, int]:
    """The status of the chat's current hold, and what has been charged of it."""
    intent = stage.intent(chat(stage, session_id)["intentId"])
    return intent.status, intent.amount_received


def test_a_card_is_authorized_the_chat_runs_and_its_end_captures_the_hold(phone: KitPhone, stage: Stage) -> None:
    """H-03 … H-05, H-07, H-09, H-15: from the first tap to the money."""
    session_id = phone.does("chatSessionId", stage.consultant.uid)

    assert buy(phone, stage, session_id) == "ready"
    assert at_stripe(stage, session_id) == ("requires_capture", 0)
    assert phone.does("startChat", session_id) == "active"
    assert phone.does("showClock", session_id) <= "30:00"
    assert phone.does("sendChatMessage", session_id, "こんにちは") == "sent"
    assert phone.does("endChat", session_id) == "captured"
    assert phone.does("untilClockEnds") == "ended"
    assert at_stripe(stage, session_id) == ("succeeded", PRICE)
    assert stage.status(f"payment_intents/{chat(stage, session_id)['intentId']}") == "captured"
    assert [each["text"] for each in stage.payer.messages(f"sessions/{session_id}").done()] == ["こんにちは"]
    assert phone.does("sendChatMessage", session_id, "まだ？") == "closed"


def test_a_declined_card_is_followed_by_a_good_one_and_the_hold_is_canceled(phone: KitPhone, stage: Stage) -> None:
    """H-03, H-04: both tries are one PaymentIntent."""
    session_id = phone.does("chatSessionId", stage.consultant.uid)
    phone.does("takeCard", DECLINED)
    declined = buy(phone, stage, session_id), chat(stage, session_id)["intentId"]
    phone.does("takeCard", GOOD_CARD)

    held = buy(phone, stage, session_id), chat(stage, session_id)["intentId"]
    canceled = phone.does("cancelHold", session_id)

    assert (declined[0], held[0], canceled) == ("declined", "ready", "canceled")
    assert declined[1] == held[1]
    assert at_stripe(stage, session_id) == ("canceled", 0)
    assert phone.does("chatSessionId", stage.consultant.uid) == session_id


def test_a_ticket_opens_a_chat_without_a_payment(phone: KitPhone, stage: Stage) -> None:
    """H-01, H-02."""
    session_id = phone.does("chatSessionId", stage.consultant.uid)

    opened = phone.does("enterTicketCode", stage.ticket().lower(), session_id, stage.consultant.uid)
    canceled = phone.does("cancelHold", session_id)
    started = phone.does("startChat", session_id)
    ended = phone.does("endChat", session_id)

    assert (opened, canceled, started, ended) == ("ready", "nothing_to_cancel", "active", "ended")
    assert chat(stage, session_id).get("intentId") is None


def test_a_running_chat_is_extended_by_the_length_that_was_bought(phone: KitPhone, stage: Stage) -> None:
    """H-10."""
    session_id = phone.does("chatSessionId", stage.consultant.uid)
    buy(phone, stage, session_id)
    phone.does("startChat", session_id)
    before = chat(stage, session_id)

    extended = buy(phone, stage, session_id)

    after = chat(stage, session_id)
    assert extended == "extended"
    assert after["expiresAt"] - before["expiresAt"] == LENGTH
    assert stage.intent(after["next"]["intentId"]).status == "requires_capture"


def test_a_notification_is_marked_as_read(phone: KitPhone, stage: Stage) -> None:
    buy(phone, stage, phone.does("chatSessionId", stage.consultant.uid))
    (notice,) = stage.payer.notifications().done()

    read = phone.does("readNotification", notice["id"])

    assert (notice["readAt"], read) == (None, "read")
    assert stage.payer.notifications().done()[0]["readAt"] is not None


def test_somebody_else_s_chat_is_refused(phone: KitPhone, stage: Stage) -> None:
    session_id = phone.does("chatSessionId", stage.consultant.uid)
    buy(phone, stage, session_id)
    phone.does("signInAnonymously")

    said = {
        "startChat": phone.does("startChat", session_id),
        "sendChatMessage": phone.does("sendChatMessage", session_id, "こんにちは"),
        "endChat": phone.does("endChat", session_id),
        "cancelHold": phone.does("cancelHold", session_id),
        "buyChatTicket": buy(phone, stage, session_id),
    }
    of_nobody = phone.does("cancelHold", phone.does("chatSessionId", stage.consultant.uid))

    assert said == {
        "startChat": "session_not_yours",
        "sendChatMessage": "closed",
        "endChat": "session_not_yours",
        "cancelHold": "session_not_found",
        "buyChatTicket": "session_not_yours",
    }
    assert of_nobody == "session_not_found"
    assert at_stripe(stage, session_id) == ("requires_capture", 0)
