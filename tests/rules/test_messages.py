"""The clock of a chat as the rules keep it, and what no single clause of the table can say."""

from datetime import timedelta
from itertools import count

import pytest

from tests.rules.app import MUST_EXIST, MUST_NOT_EXIST, Query
from tests.rules.clause import FUTURE, PAYER
from tests.rules.messages import CHAT, MESSAGE
from tests.rules.world import World

ALLOWED, REFUSED, ALREADY_EXISTS = 200, 403, 409


@pytest.mark.parametrize(("seconds", "status"), [(60, ALLOWED), (-1, REFUSED), (-60, REFUSED)])
def test_a_message_is_taken_before_expires_at_and_refused_one_second_after_it(
    world: World, seconds: int, status: int
) -> None:
    """H-17, though the session still says `active`: the sweep has not come yet."""
    world.admin.seed({"sessions/s_soon": CHAT | {"expiresAt": world.now() + timedelta(seconds=seconds)}})

    sent = world.app_of(PAYER).create("sessions/s_soon/messages/m_new", MESSAGE)

    assert sent == status


def test_messages_stop_when_the_clock_reaches_expires_at(world: World) -> None:
    """Sent without a pause until one is refused: all that were taken bear a time before `expiresAt`."""
    payer, expires_at = world.app_of(PAYER), world.now() + timedelta(seconds=1)
    world.admin.seed({"sessions/s_soon": CHAT | {"expiresAt": expires_at}})

    refused = next(n for n in count() if payer.create(f"sessions/s_soon/messages/m_{n}", MESSAGE) == REFUSED)

    late = (("createdAt", "GREATER_THAN_OR_EQUAL", expires_at),)
    assert refused > 0
    assert world.now() >= expires_at
    assert world.admin.ids(Query("messages", late, parent="sessions/s_soon")) == set()


def test_an_extension_opens_a_chat_again_whose_time_is_over(world: World) -> None:
    payer, path = world.app_of(PAYER), "sessions/s_over_but_not_swept"
    before = payer.create(f"{path}/messages/m_1", MESSAGE)

    world.admin.seed({path: CHAT | {"expiresAt": FUTURE}})

    assert (before, payer.create(f"{path}/messages/m_2", MESSAGE)) == (REFUSED, ALLOWED)


def test_the_time_of_a_message_is_the_server_s(world: World) -> None:
    before = world.now()
    world.app_of(PAYER).create("sessions/s_chat/messages/m_new", MESSAGE)
    after = world.now()

    within = (("createdAt", "GREATER_THAN_OR_EQUAL", before), ("createdAt", "LESS_THAN_OR_EQUAL", after))
    assert world.admin.ids(Query("messages", within, parent="sessions/s_chat")) == {"m_new"}


def test_a_commit_that_opens_the_session_beside_the_message_is_refused_whole(world: World) -> None:
    payer = world.app_of(PAYER)
    opening = payer.write("sessions/s_ready", {"status": "active"}, MUST_EXIST)
    message = payer.write("sessions/s_ready/messages/m_new", MESSAGE, MUST_NOT_EXIST)

    status = payer.commit([opening | {"updateMask": {"fieldPaths": ["status"]}}, message])

    assert status == REFUSED
    assert world.admin.ids(Query("messages", parent="sessions/s_ready")) == set()


def test_a_message_can_t_be_created_where_there_is_one(world: World) -> None:
    """Refused by the precondition, or by the rules where an engine asks them first."""
    before = world.admin.read("sessions/s_chat/messages/m_1")

    status = world.app_of(PAYER).create("sessions/s_chat/messages/m_1", MESSAGE)

    assert status in (REFUSED, ALREADY_EXISTS)
    assert world.admin.read("sessions/s_chat/messages/m_1") == before


def test_one_wrong_message_refuses_all_of_its_commit(world: World) -> None:
    payer = world.app_of(PAYER)
    right = payer.write("sessions/s_chat/messages/m_new", MESSAGE, MUST_NOT_EXIST)
    wrong = payer.write("sessions/s_ended/messages/m_new", MESSAGE, MUST_NOT_EXIST)

    status = payer.commit([right, wrong])

    assert status == REFUSED
    assert world.admin.ids(Query("messages", parent="sessions/s_chat")) == {"m_1"}
