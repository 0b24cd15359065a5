"""Every file has the form that FlutterFlow wants of it: its header, its name, and nothing else that is public.

That it compiles as FlutterFlow puts it together, and that an action throws nothing, is shown by the scenarios.
"""

from __future__ import annotations

import re

import pytest

from payments.core.refusals import Code
from payments.domain.chat.states import EXTENSION, SESSION, NextEvent, NextStatus, Refuse, SessionEvent, SessionStatus
from payments.endpoints.callables import CALLABLES

from .source import DartFile, dart_files

LAST_LINE = {
    "actions": "// DO NOT REMOVE OR MODIFY THE CODE ABOVE!\n",
    "widgets": "// DO NOT REMOVE OR MODIFY THE CODE ABOVE!\n",
    "functions": "import '/auth/firebase_auth/auth_util.dart';\n\n",
}


@pytest.mark.parametrize("kind", LAST_LINE)
def test_files_of_a_kind_have_the_header_of_their_kind(kind: str) -> None:
    parts = [file.source.partition(LAST_LINE[kind]) for file in dart_files(kind)]

    assert len({header for header, _, _ in parts}) == 1
    assert all(own for _, _, own in parts)


@pytest.mark.parametrize("file", dart_files("functions"), ids=lambda file: file.main)
def test_a_custom_function_takes_no_imports_and_has_flutterflow_s_two_lines(file: DartFile) -> None:
    _, _, own = file.source.partition(LAST_LINE["functions"])

    assert re.findall(r"import |/// MODIFY CODE ONLY (?:BELOW|ABOVE)", own) == [
        "/// MODIFY CODE ONLY BELOW",
        "/// MODIFY CODE ONLY ABOVE",
    ]


@pytest.mark.parametrize("file", dart_files(), ids=lambda file: file.main)
def test_a_file_declares_what_it_is_named_after_and_nothing_else_for_others(file: DartFile) -> None:
    is_widget = file.path.startswith("custom_widgets/")

    assert file.public == [file.main[0].upper() + file.main[1:] if is_widget else file.main]


def test_every_callable_of_a_chat_is_called() -> None:
    called = {name for file in dart_files() for name in file.callables}

    others = {"capturePaymentIntent", "createCheckoutSession"}
    assert called == CALLABLES.keys() - others, "the payer's end of the chat captures; the shop is no chat's"


def test_the_two_refusals_that_the_kit_takes_for_a_payment_are_met_only_after_one() -> None:
    new = {status for status, row in SESSION.items() if isinstance(row[SessionEvent.HOLD_REQUESTED], Refuse)}
    again = Refuse(Code.ALREADY_EXTENDED)
    further = {
        (status, next_status)
        for status, rows in EXTENSION.items()
        for next_status, row in rows.items()
        if row.get(NextEvent.HOLD_REQUESTED) == again
    }

    assert new == {SessionStatus.READY}
    assert SESSION[SessionStatus.READY][SessionEvent.HOLD_REQUESTED] == Refuse(Code.SESSION_IN_PROGRESS)
    assert further == {(SessionStatus.ACTIVE, NextStatus.PAID)}
