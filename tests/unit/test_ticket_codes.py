"""Ticket codes (H-02): people type them on Japanese keyboards, paste them, and guess them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.commands.issue_tickets import LENGTH, new_code
from payments.core.refusals import Refusal
from payments.domain.chat.tickets import ALPHABET, LONGEST, NO_CODE, SHORTEST, canonical, grouped
from payments.endpoints.callables import CALLABLES
from payments.endpoints.fields import LONGEST_TYPED, parse

CODE = "ABCD2345WXYZ"
CODES = st.text(ALPHABET, min_size=SHORTEST, max_size=LONGEST)
#: What people put between the letters of a code, on keyboards of Japan and elsewhere, and what copying brings along.
BETWEEN = (
    " \t\n\u00a0\u2003\u3000-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63\u30fc\uff70\u00ad\u200b\u2060\ufeff"
)


# --- what is typed

TYPED = [
    ("as it is", "ABCD2345WXYZ"),
    ("as it is shown", "ABCD-2345-WXYZ"),
    ("lower case", "abcd-2345-wxyz"),
    ("full width", "ＡＢＣＤ－２３４５－ＷＸＹＺ"),
    ("full width, lower case", "ａｂｃｄ２３４５ｗｘｙｚ"),
    ("spaces", "  ABCD 2345 WXYZ "),
    ("an ideographic space", "ABCD\u30002345\u3000WXYZ"),
    ("a no-break space", "ABCD\u00a02345\u00a0WXYZ"),
    ("line ends and tabs", "ABCD\r\n2345\tWXYZ\n"),
    ("an en dash", "ABCD–2345–WXYZ"),
    ("an em dash", "ABCD—2345—WXYZ"),
    ("a horizontal bar", "ABCD―2345―WXYZ"),
    ("a hyphen proper", "ABCD‐2345‐WXYZ"),
    ("a hyphen that breaks no line", "ABCD\u20112345\u2011WXYZ"),
    ("a minus", "ABCD−2345−WXYZ"),
    ("a katakana long mark", "ABCDー2345ーWXYZ"),
    ("a half-width katakana long mark", "ABCDｰ2345ｰWXYZ"),
    ("a zero-width space", "ABCD\u200b2345\u200bWXYZ"),
    ("a byte-order mark", "\ufeffABCD2345WXYZ"),
    ("a soft hyphen", "ABCD\u00ad2345\u00adWXYZ"),
]


@pytest.mark.parametrize("typed", [row[1] for row in TYPED], ids=[row[0] for row in TYPED])
def test_a_code_is_read_however_it_is_typed_or_pasted(typed: str) -> None:
    """People see the right code on their screen: to be told that it is wrong would be a lie."""
    assert canonical(typed) == CODE


NO_CODES = [
    ("empty", ""),
    ("hyphens only", "----------"),
    ("seven characters", "ABCD234"),
    ("33 characters", "A" * 33),
    ("a zero", "ABCD0345WXYZ"),
    ("the letter O", "ABCDO345WXYZ"),
    ("a one", "ABCD1345WXYZ"),
    ("the letter I", "ABCDI345WXYZ"),
    ("a Turkish dotless i", "ABCDı345WXYZ"),
    ("the letter L", "ABCDL345WXYZ"),
    ("the letter U", "ABCDU345WXYZ"),
    ("a Cyrillic letter that looks like A", "\u0410BCD2345WXYZ"),
    ("a Greek letter that looks like B", "A\u0392CD2345WXYZ"),
    ("an emoji", "ABCD2345WXY🎫"),
    ("kanji", "予約番号ABCD2345"),
    ("katakana", "アブクデ2345"),
    ("an accent", "ÁBCD2345WXYZ"),
    ("an accent by itself", "A\u0301BCD2345WXYZ"),
    ("a path", "../../ABCD2345"),
    ("a slash", "ABCD/2345/WXYZ"),
    ("a name that Firestore keeps", "__ABCD2345__"),
    ("dots", ".."),
    ("a null character", "ABCD2345\x00WXYZ"),
    ("half of a surrogate pair", "ABCD2345\ud83c"),
    ("two codes", "ABCD2345WXYZ ABCD2345WXYZ ABCD2345WXYZ"),
]


@pytest.mark.parametrize("typed", [row[1] for row in NO_CODES], ids=[row[0] for row in NO_CODES])
def test_what_can_not_be_a_code_names_no_document(typed: str) -> None:
    """It is looked up all the same, under a name that no code has: as much work as for a code."""
    assert canonical(typed) == NO_CODE


@pytest.mark.parametrize(("length", "is_code"), [(7, False), (8, True), (32, True), (33, False)])
def test_a_code_has_8_to_32_characters(length: int, is_code: bool) -> None:  # noqa: FBT001 - a column of the table
    code = (ALPHABET * 2)[:length]

    assert canonical(code) == (code if is_code else NO_CODE)


@given(CODES, st.data())
def test_a_code_is_found_again_whatever_stands_between_its_letters(code: str, data: st.DataObject) -> None:
    between = [data.draw(st.text(BETWEEN, max_size=2)) for _ in code]
    letters = [data.draw(st.sampled_from([c, c.lower(), chr(ord(c) + 0xFEE0)])) for c in code]

    typed = "".join(part for pair in zip(between, letters, strict=True) for part in pair)

    assert canonical(typed) == code
    assert canonical(grouped(code)) == code


@given(st.text() | st.text(ALPHABET + ALPHABET.lower() + BETWEEN, max_size=40))
def test_whatever_is_typed_becomes_a_code_or_none(typed: str) -> None:
    """A document's name is never made of anything else: no path, no dots, nothing that Firestore keeps for itself."""
    code = canonical(typed)

    assert code == NO_CODE or re.fullmatch(f"[{ALPHABET}]{{8,32}}", code)
    assert canonical(code) == code


def sent(code: object) -> object:
    """What becomes of a code that a caller sends: the code as it is kept, or what they are told of the field."""
    shape = {"code": CALLABLES["redeemTicket"].fields["code"]}
    try:
        return parse(shape, {"code": code})["code"]
    except Refusal as refusal:
        return refusal.details["fields"]


@given(st.text(max_size=LONGEST_TYPED))
def test_a_caller_may_send_any_text_that_is_not_blank(typed: str) -> None:
    """`invalid_argument` for a bad code would tell codes from what is none."""
    assert sent(typed) == (canonical(typed) if typed.strip() else {"code": "invalid"})


@pytest.mark.parametrize("value", [12345678, ["ABCD2345"], {"code": CODE}, True, 1.5, "A" * 101, "", " ", "\u3000"])
def test_what_is_no_text_is_no_code(value: object) -> None:
    assert sent(value) == {"code": "invalid"}


def test_the_alphabet_has_no_characters_that_look_alike() -> None:
    assert set(ALPHABET).isdisjoint("01OILU")
    assert ALPHABET == "".join(sorted(set(ALPHABET))) == ALPHABET.upper()
    assert len(ALPHABET) == 30


def test_codes_that_we_make_are_codes_and_beyond_guessing() -> None:
    """20 tries an hour for each person: with 30**12 codes, a million tickets and a million people for a year."""
    codes = {new_code() for _ in range(1000)}

    assert len(codes) == 1000
    assert all(canonical(code) == canonical(grouped(code)) == code for code in codes)
    assert len(ALPHABET) ** LENGTH > 10**17
