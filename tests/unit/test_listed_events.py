"""Stripe's list of events: one that is not understood hides no other."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from payments.stripe_gateway import _understood


def an_event(event_id: str, about: Any) -> stripe.Event:
    body = {"id": event_id, "object": "event", "type": "refund.failed", "created": 1_795_000_000, "livemode": False}
    return stripe.Event.construct_from({**body, "data": {"object": about}}, "sk_test_x")


def test_an_event_that_is_not_understood_is_left_out_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    good = {"id": "re_1", "object": "refund", "payment_intent": "pi_1"}
    bad = {**good, "payment_intent": "pi/1"}

    found = list(_understood([an_event("evt_1", bad), an_event("evt_2", good)]))

    assert [(each.id, each.about) for each in found] == [("evt_2", "pi_1")]
    said = capsys.readouterr().err
    assert "event not understood" in said
    assert "evt_1" in said
