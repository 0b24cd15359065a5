"""The clock of a chat as the rules keep it, and what no single clause of the table can say."""

from datetime import timedelta
from itertools import count

from tests.rules.app import MUST_EXIST, MUST_NOT_EXIST, Query
from tests.rules.clause import PAYER
from tests.rules.messages import CHAT, MESSAGE
from tests.rules.world import World

REFUSED = 403


def test_messages_stop_when_the_clock_reaches_expires_at(world: World) -> None:
    """H-17: sent without a pause until one is refused, and all that were taken bear a time before `expiresAt`.

    The session still says `active`: the sweep has not come yet.
    """
    payer, expires_at = world.app_of(PAYER), world.now() + timedelta(seconds=1)
    world.admin.seed({"sessions/s_soon": CHAT | {"expiresAt": expires_at}})

    refused = next(n for n in count() if payer.create(f"sessions/s_soon/messages/m_{n}", MESSAGE) == REFUSED)

    late = (("createdAt", "GREATER_THAN_OR_EQUAL", expires_at),)
    assert refused > 0
    assert world.now() >= expires_at
    assert world.admin.ids(Query("messages", late, parent="sessions/s_soon")) == set()


def test_a_commit_that_opens_the_session_beside_the_message_is_refused_whole(world: World) -> None:
    payer = world.app_of(PAYER)
    opening = payer.write("sessions/s_ready", {"status": "active"}, MUST_EXIST)
    message = payer.write("sessions/s_ready/messages/m_new", MESSAGE, MUST_NOT_EXIST)

    status = payer.commit([opening | {"updateMask": {"fieldPaths": ["status"]}}, message])

    assert status == REFUSED
    assert world.admin.ids(Query("messages", parent="sessions/s_ready")) == set()
