"""The kit is compiled and run: each action, function and the widget answers what it should, whatever happens.

The server, the documents and the sheet of a scenario are fakes; what they take and answer is checked against the code.
One thing put wrong in a Dart file is found: by the compiler, or by a scenario that then ends otherwise.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from . import dart_app
from .dart_app import Kit

BUY = "custom_actions/buy_chat_ticket.dart"
END = "custom_actions/end_chat.dart"
CANCEL = "custom_actions/cancel_hold.dart"
CODE = "custom_actions/enter_ticket_code.dart"
START = "custom_actions/start_chat.dart"
SEND = "custom_actions/send_chat_message.dart"
CLOCK = "custom_widgets/chat_clock.dart"
MAY_START = "custom_functions/can_start_chat.dart"
TEXT = "custom_functions/chat_result_text.dart"
REFERENCE = "custom_functions/session_ref.dart"

#: What is put wrong, and what the compiler says of it.
NOT_COMPILED = [
    (BUY, "FailureCode.Canceled", "FailureCode.Cancelled", "Member not found: 'Cancelled'"),
    (SEND, "final uid = ", "final = ", "Expected an identifier"),
    (CLOCK, "onEnded?.call()", "onEnded.call()", "Method 'call' cannot be called"),
]
#: What is put wrong, and a scenario that shows it.
WRONG = [
    (BUY, "await watch.cancel();", "", "paid, and the webhook comes a second later"),
    (BUY, "  _Sheet.canceled: 'canceled',\n", "", "the sheet is closed"),
    (BUY, "_Sheet.open: 'pending'", "_Sheet.open: 'failed'", "the sheet never answers, and nothing is heard"),
    (BUY, "() => turn.isLost = true", "() {}", "the sheet is lost, and a later tap shows it again"),
    (BUY, "    turn.isLost = false;\n", "", "a tap while the webhook is waited for"),
    (BUY, "extension?['intentId']", "extension?['id']", "the running chat is extended"),
    (BUY, "if (amount != 0) ", "", "the page shows no price"),
    (BUY, "'asia-northeast1'", "'us-central1'", "the card holds the price already"),
    (BUY, "'sessionId': sessionId", "'session': sessionId", "the card holds the price already"),
    (BUY, "  }).timeout(_longestCall);", "  });", "the server never answers"),
    (BUY, "hold['clientSecret']", "hold['client_secret']", "paid, and the webhook comes a second later"),
    (BUY, "now['status'] == 'ready'", "now['status'] == 'paid'", "paid, and the webhook comes a second later"),
    (BUY, "details['sessionStatus']", "details['session_status']", "paid before"),
    (BUY, "code == 'already_extended'", "code == 'alreadyExtended'", "extended before"),
    (START, "'asia-northeast1'", "'us-central1'", "started"),
    (CANCEL, "'asia-northeast1'", "'us-central1'", "the hold is let go"),
    (CANCEL, "?? chat['intentId']", "?? chat['paymentIntent']", "the hold is let go"),
    (CANCEL, "error.code == 'permission-denied'", "error.code == 'DENIED'", "the chat is somebody else's"),
    (CANCEL, "        .timeout(_longestRead);", ";", "the chat can't be read"),
    (CANCEL, "chat['next']", "chat['extension']", "the extension is let go, not the chat"),
    (CODE, "      'consultantId': consultantId,\n", "", "a ticket is taken"),
    (CODE, "'redeemTicket'", "'redeemticket'", "a ticket is taken"),
    (END, "'asia-northeast1'", "'us-central1'", "ended and captured"),
    (END, "instanceFor(region: _region)", "instance", "ended and captured"),
    (END, "ended['payment'] == 'none'", "ended['payment'] == 'ticket'", "ended, a ticket's"),
    (SEND, "}).timeout(_longestWrite);", "});", "sent without a network"),
    (SEND, "'senderId': uid", "'userId': uid", "sent"),
    (CLOCK, "    if (widget.sessionId.isEmpty) return;\n", "", "the page does not know the id yet"),
    (CLOCK, "session['expiresAt']", "session['endsAt']", "an hour is left"),
    (MAY_START, "status == 'ready'", "status == 'authorized'", "the payer may start"),
    (TEXT, "languageCode == 'en'", "languageCode == 'english'", "words in English"),
    (REFERENCE, "collection('sessions')", "collection('chats')", "a reference"),
    (CLOCK, "_watch?.cancel();\n    _tick", "_tick", "the chat ends"),
]

# All of them are compiled together, which costs little more than one.
pytestmark = pytest.mark.xdist_group("kit")


def mutant(path: str, right: str, wrong: str) -> dict[str, str]:
    """The kit's files with one of them changed."""
    sources = dart_app.kit_sources()
    assert sources[path].count(right) == 1, f"{right} does not stand once in {path}"
    return {**sources, path: sources[path].replace(right, wrong)}


@pytest.fixture(scope="module")
def outcomes(dart: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, list[str]]]:
    """What came of the kit's scenarios, and after it of each mutant's one."""
    mutants = [Kit(mutant(path, right, wrong), (scenario,)) for path, right, wrong, scenario in WRONG]
    return dart_app.run(dart, [Kit(dart_app.kit_sources()), *mutants], tmp_path_factory.mktemp("kit"))


@pytest.mark.parametrize("name", dart_app.scenario_names())
def test_a_scenario_ends_as_it_should(outcomes: list[dict[str, list[str]]], name: str) -> None:
    assert outcomes[0][name] == []


@pytest.mark.parametrize("number", range(len(WRONG)), ids=lambda number: f"{WRONG[number][1]} {WRONG[number][3]}")
def test_what_is_put_wrong_is_shown_by_a_scenario(outcomes: list[dict[str, list[str]]], number: int) -> None:
    assert outcomes[1 + number][WRONG[number][3]]


def test_what_dart_does_not_take_is_not_compiled(dart: Path, tmp_path: Path) -> None:
    wrong = {path: mutant(path, right, wrong)[path] for path, right, wrong, _ in NOT_COMPILED}

    with pytest.raises(dart_app.NotCompiledError) as error:
        dart_app.run(dart, [Kit({**dart_app.kit_sources(), **wrong})], tmp_path)

    assert [complaint for *_, complaint in NOT_COMPILED if complaint not in str(error.value)] == []
