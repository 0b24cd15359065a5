"""Every Dart file is Dart (H-04), and calls, sends, reads and compares what the server has; others are caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import EXTENSION, SESSION, NextEvent, NextStatus, Refuse, SessionEvent, SessionStatus
from payments.endpoints.callables import CALLABLES

from . import reading
from .flow import flow_of
from .problems import problems
from .queries import dart_files
from .tree import DartFile

FILES = dart_files()
BUY = "custom_actions/buy_chat_ticket.dart"
END = "custom_actions/end_chat.dart"
CANCEL = "custom_actions/cancel_hold.dart"
CODE = "custom_actions/enter_ticket_code.dart"
SEND = "custom_actions/send_chat_message.dart"
CLOCK = "custom_widgets/chat_clock.dart"
REFERENCE = "custom_functions/session_ref.dart"
START = "custom_functions/can_start_chat.dart"
TEXT = "custom_functions/chat_result_text.dart"

Broken = Callable[[str, str, str], DartFile]

WRONG = [
    (BUY, "if (kIsWeb) return 'unsupported';", "if (kIsWeb return 'unsupported';", "not Dart"),
    (SEND, "final uid = ", "final = ", "not Dart"),
    (BUY, "'createPaymentIntent'", "'createPayment'", "there is no callable createPayment"),
    (CODE, "'redeemTicket'", "'redeemticket'", "there is no callable redeemticket"),
    (BUY, "'asia-northeast1'", "'us-central1'", "createPaymentIntent is not deployed in us-central1"),
    (END, "instanceFor(region: _region)", "instance", "endSession is not deployed in None"),
    (BUY, "'sessionId': sessionId", "'session': sessionId", "createPaymentIntent takes no session"),
    (CANCEL, "'paymentIntentId': intentId", "'intentId': intentId", "cancelPaymentIntent takes no intentId"),
    (CODE, "      'consultantId': consultantId,\n", "", "redeemTicket is called without consultantId"),
    (CODE, "'code': code,", "if (code != '') 'code': code,", "redeemTicket is called without code"),
    (BUY, "options: HttpsCallableOptions(timeout: _longestCall)", "options: null", "without a limit of time"),
    (BUY, "hold['clientSecret']", "hold['client_secret']", "answer createPaymentIntent has no client_secret"),
    (END, "ended['payment']", "ended['paid']", "answer endSession has no paid"),
    (BUY, "now['next']", "now['later']", "document sessions has no later"),
    (CANCEL, "chat['intentId']", "chat['paymentIntentId']", "document sessions has no paymentIntentId"),
    (CLOCK, "session['expiresAt']", "session['endsAt']", "document sessions has no endsAt"),
    (BUY, "details['sessionStatus']", "details['status']", "details  has no status"),
    (BUY, "return _heldIn(before)", "return _heldIn(hold['paymentIntentId'])", "not known"),
    (CLOCK, "session['status']", "widget['status']", "not known"),
    (BUY, "code == 'already_extended'", "code == 'alreadyExtended'", "never true"),
    (BUY, "code == 'session_in_progress'", "code == 'in_progress'", "never true"),
    (BUY, "now['status'] == 'ready'", "now['status'] == 'paid'", "never true"),
    (BUY, "hold['status'] == 'created'", "hold['status'] == 'ready'", "never true"),
    (END, "ended['payment'] == 'none'", "ended['payment'] == 'ticket'", "never true"),
    (START, "status == 'ready'", "status == 'authorized'", "never true"),
    (TEXT, "languageCode == 'en'", "languageCode == 'english'", "never true"),
    (CANCEL, "error.code == 'permission-denied'", "error.code == 'PERMISSION_DENIED'", "never true"),
    (CLOCK, "collection('sessions')", "collection('chats')", "the rules know no chats"),
    (SEND, "'senderId': uid", "'userId': uid", "the rules refuse add"),
    (SEND, "'text': text,", "'text': text, 'read': false,", "the rules refuse add"),
    (SEND, "}).timeout(_longestWrite);", "});", "awaited without a limit of time"),
    (BUY, "}).timeout(_longestCall);", "});", "createPaymentIntent: awaited without a limit of time"),
    (BUY, "Sheet().timeout(_longestSheet)", "Sheet()", "Stripe: awaited without a limit of time"),
    (CANCEL, "chat['status'] == 'awaiting_payment'", "chat['status'] == 'created'", "never true"),
    (REFERENCE, "collection('sessions')", "collection('chats')", "the rules know no chats"),
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_asks_nothing_of_the_server_that_it_does_not_have(file: DartFile) -> None:
    assert problems(file) == []


@pytest.mark.parametrize(("path", "right", "wrong", "problem"), WRONG, ids=lambda text: str(text)[:40])
def test_one_wrong_word_is_found(broken: Broken, path: str, right: str, wrong: str, problem: str) -> None:
    found = problems(broken(path, right, wrong))

    assert any(problem in each for each in found), found


def test_every_callable_of_a_chat_is_called() -> None:
    called = {call.name for file in FILES for call in reading.calls(file)}

    others = {"capturePaymentIntent", "createCheckoutSession"}
    assert called == CALLABLES.keys() - others, "the payer's end of the chat captures; the shop is no chat's"


def test_the_answers_that_the_payment_sheet_needs_are_read() -> None:
    (buy,) = (file for file in FILES if file.name == "buy_chat_ticket.dart")

    read = {
        each.field for each in flow_of(buy).reads if {origin.name for origin in each.origins} == {"createPaymentIntent"}
    }

    assert read == {"publishableKey", "clientSecret", "paymentIntentId", "status"}


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
