"""Every Dart file names callables, fields and values that the server has (H-04); a name that it lacks is found."""

from __future__ import annotations

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import EXTENSION, SESSION, NextEvent, NextStatus, Refuse, SessionEvent, SessionStatus
from payments.endpoints.callables import CALLABLES

from .names import problems
from .source import KIT, DartFile, dart_files

FILES = dart_files()
BUY = "custom_actions/buy_chat_ticket.dart"
END = "custom_actions/end_chat.dart"
CANCEL = "custom_actions/cancel_hold.dart"
CODE = "custom_actions/enter_ticket_code.dart"
CLOCK = "custom_widgets/chat_clock.dart"
REFERENCE = "custom_functions/session_ref.dart"
START = "custom_functions/can_start_chat.dart"
TEXT = "custom_functions/chat_result_text.dart"

WRONG = [
    (CODE, "'redeemTicket'", "'redeemticket'", "there is no callable redeemticket"),
    (BUY, "'asia-northeast1'", "'us-central1'", "nothing is deployed in us-central1"),
    (END, "instanceFor(region: _region)", "instance", "nothing is deployed in the default region"),
    (BUY, "hold['clientSecret']", "hold['client_secret']", "there is no field client_secret"),
    (BUY, "extension?['intentId']", "extension?['nextIntentId']", "there is no field nextIntentId"),
    (BUY, "details['sessionStatus']", "details['session_status']", "there is no field session_status"),
    (CANCEL, "chat['intentId']", "chat['paymentIntent']", "there is no field paymentIntent"),
    (CLOCK, "session['expiresAt']", "session['endsAt']", "there is no field endsAt"),
    (BUY, "code == 'already_extended'", "code == 'alreadyExtended'", "code is never alreadyExtended"),
    (BUY, "now['status'] == 'ready'", "now['status'] == 'paid'", "status is never paid"),
    (END, "ended['payment'] == 'none'", "ended['payment'] == 'ticket'", "payment is never ticket"),
    (START, "status == 'ready'", "status == 'authorized'", "status is never authorized"),
    (TEXT, "languageCode == 'en'", "languageCode == 'english'", "languageCode is never english"),
    (CANCEL, "error.code == 'permission-denied'", "error.code == 'DENIED'", "code is never DENIED"),
    (REFERENCE, "collection('sessions')", "collection('chats')", "the rules know no chats"),
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_names_nothing_that_the_server_does_not_have(file: DartFile) -> None:
    assert problems(file) == []


@pytest.mark.parametrize(("path", "right", "wrong", "problem"), WRONG, ids=lambda text: str(text)[:40])
def test_one_wrong_name_is_found(path: str, right: str, wrong: str, problem: str) -> None:
    source = (KIT / path).read_text()
    broken = DartFile(path, source.replace(right, wrong))

    assert right in source
    assert problem in problems(broken)


def test_every_callable_of_a_chat_is_called() -> None:
    called = {name for file in FILES for name in file.callables}

    others = {"capturePaymentIntent", "createCheckoutSession"}
    assert called == CALLABLES.keys() - others, "the payer's end of the chat captures; the shop is no chat's"


def test_every_call_names_its_region() -> None:
    assert [file.name for file in FILES if len(file.regions) != len(file.callables)] == []


def test_the_two_refusals_that_the_kit_takes_for_a_payment_are_met_only_after_one() -> None:
    new = {
        status: step.code
        for status, row in SESSION.items()
        if isinstance(step := row[SessionEvent.HOLD_REQUESTED], Refuse)
    }
    further = {
        (status, row_status)
        for status, rows in EXTENSION.items()
        for row_status, row in rows.items()
        if row.get(NextEvent.HOLD_REQUESTED) == Refuse(Code.ALREADY_EXTENDED)
    }

    assert new == {SessionStatus.READY: Code.SESSION_IN_PROGRESS}
    assert further == {(SessionStatus.ACTIVE, NextStatus.PAID)}
