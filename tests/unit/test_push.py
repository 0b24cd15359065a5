"""Pushes (H-06): once, to each device once, in the person's language; what is lost loses nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable

import pytest

from payments.core.store import Docs, Ref
from payments.domain.chat.notifications import Notification, NotificationKind
from payments.push.port import Delivery, Device, Person, Push, PushDeps
from payments.push.send import send_push
from tests.unit.constants import CONSULTANT, MINUTE, NOW, PAYER
from tests.unit.memory_store import Died, MemoryStore
from tests.unit.memory_stripe import Clock

ID = "session_ready-s1-1-payer"


class People:
    """Profiles and devices; written by hand, for the real ones are documents of the app's."""

    def __init__(self) -> None:
        self.persons: dict[str, Person] = {}
        self.asked: list[str] = []
        self.forgotten: list[tuple[str, list[str]]] = []

    def person(self, user_id: str) -> Person:
        self.asked.append(user_id)
        return self.persons.get(user_id, Person(None, ()))

    def forget(self, user_id: str, device_ids: Iterable[str]) -> None:
        self.forgotten.append((user_id, list(device_ids)))


class Messenger:
    """Takes every push, but for the tokens that it is told about. Called from several threads at once."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Push]] = []
        self.answers: dict[str, Delivery] = {}
        self._lock = threading.Lock()

    def send(self, token: str, push: Push) -> Delivery:
        with self._lock:
            self.taken.append((token, push))
        return self.answers.get(token, Delivery.SENT)


class World:
    """One notification of the payer's, and who has which devices."""

    def __init__(self, kind: NotificationKind = NotificationKind.SESSION_READY, user_id: str = PAYER) -> None:
        self.store, self.people, self.messenger, self.clock = MemoryStore(), People(), Messenger(), Clock()
        notice = Notification(id=ID, user_id=user_id, kind=kind, session_id="s1", attempt=1, created_at=NOW)
        self.store.commit_if_unchanged(Docs({}), (notice,))
        self.deps = PushDeps(
            store=self.store, people=self.people, messenger=self.messenger, now=self.clock, page="DMRoom"
        )

    def has(self, *tokens: str, language: str | None = None, user_id: str = PAYER) -> None:
        """The person's devices: `d1`, `d2`, … with these tokens."""
        devices = tuple(Device(f"d{number}", token) for number, token in enumerate(tokens, 1))
        self.people.persons[user_id] = Person(language, devices)

    @property
    def notice(self) -> Notification:
        found = self.store.found[Ref(Notification, ID)].record
        assert isinstance(found, Notification)
        return found

    @property
    def tokens(self) -> list[str]:
        return sorted(token for token, _ in self.messenger.taken)

    @property
    def pushed(self) -> Push:
        return self.messenger.taken[0][1]


@pytest.fixture
def world() -> World:
    return World()


def test_each_device_of_the_person_gets_it_once(world: World) -> None:
    world.has("a", "b", "c")
    world.has("x", user_id=CONSULTANT)

    assert send_push(world.deps, ID) == 3
    assert (world.tokens, world.people.asked) == (["a", "b", "c"], [PAYER])


def test_it_goes_to_the_one_whom_it_is_for() -> None:
    world = World(user_id=CONSULTANT)
    world.has("a")
    world.has("x", user_id=CONSULTANT)

    assert send_push(world.deps, ID) == 1
    assert world.tokens == ["x"]


def test_one_token_in_two_documents_is_pushed_once(world: World) -> None:
    """FlutterFlow's older data has one token twice: the phone must not ring twice."""
    world.has("a", "b", "a", "a")

    assert send_push(world.deps, ID) == 2
    assert world.tokens == ["a", "b"]


def test_a_trigger_that_fires_twice_pushes_once(world: World) -> None:
    """Triggers are delivered at least once."""
    world.has("a")

    assert [send_push(world.deps, ID), send_push(world.deps, ID)] == [1, 0]
    assert (world.tokens, world.people.asked) == (["a"], [PAYER])


def test_it_is_marked_before_it_is_sent(world: World) -> None:
    """At most once: a process that dies in between loses a push, and the document in the list stays."""
    world.has("a")
    world.store.deaths = ["after the commit"]
    with pytest.raises(Died):
        send_push(world.deps, ID)

    assert send_push(world.deps, ID) == 0
    assert (world.tokens, world.notice.pushed_at, world.notice.read_at) == ([], NOW, None)


def test_a_process_that_dies_before_it_is_marked_leaves_it_to_the_next(world: World) -> None:
    world.has("a")
    world.store.deaths = ["before the commit"]
    with pytest.raises(Died):
        send_push(world.deps, ID)

    assert send_push(world.deps, ID) == 1


def test_two_triggers_at_once_push_once(world: World) -> None:
    """The other has marked it between our read and our commit."""
    world.has("a")
    commit = world.store._commit
    counts: list[int] = []

    def commit_after_the_other(docs: Docs, writes: tuple) -> Docs | None:
        world.store._commit = commit  # type: ignore[method-assign]
        counts.append(send_push(world.deps, ID))
        return commit(docs, writes)

    world.store._commit = commit_after_the_other  # type: ignore[method-assign]
    counts.append(send_push(world.deps, ID))

    assert (counts, world.tokens) == ([1, 0], ["a"])


def test_a_notification_that_is_not_there_is_no_error(world: World) -> None:
    assert send_push(world.deps, "another") == 0
    assert world.people.asked == []


def test_a_person_without_devices_is_no_error(world: World) -> None:
    assert send_push(world.deps, ID) == 0
    assert (world.messenger.taken, world.people.forgotten) == ([], [])
    assert world.notice.pushed_at == NOW


def test_devices_that_are_gone_are_forgotten_and_the_others_kept(world: World) -> None:
    """Every document with that token: the next push would meet it again."""
    world.has("a", "gone", "b", "gone")
    world.messenger.answers = {"gone": Delivery.GONE}

    assert send_push(world.deps, ID) == 2
    assert world.people.forgotten == [(PAYER, ["d2", "d4"])]


def test_a_device_that_fails_stops_no_other_and_is_kept(world: World) -> None:
    """FCM is out of order for one, over quota, or of another sender: nothing of the person's is lost."""
    world.has("fails", "b", "fails too")
    world.messenger.answers = {"fails": Delivery.FAILED, "fails too": Delivery.FAILED}

    assert send_push(world.deps, ID) == 1
    assert (len(world.tokens), world.people.forgotten) == (3, [])


@pytest.mark.parametrize(
    ("language", "title"),
    [
        (None, "チャットの準備ができました"),
        ("ja", "チャットの準備ができました"),
        ("", "チャットの準備ができました"),
        ("fr", "チャットの準備ができました"),
        ("en", "Your chat is ready"),
        ("en-US", "Your chat is ready"),
        ("EN", "Your chat is ready"),
    ],
)
def test_it_is_in_the_persons_language(world: World, language: str | None, title: str) -> None:
    """Japanese unless they have said otherwise."""
    world.has("a", language=language)

    send_push(world.deps, ID)

    assert world.pushed.title == title
    assert world.pushed.text


@pytest.mark.parametrize("kind", list(NotificationKind))
def test_a_tap_opens_the_chat(kind: NotificationKind) -> None:
    """What FlutterFlow's own handler reads: strings only, parameters as a JSON object."""
    world = World(kind)
    world.has("a")

    send_push(world.deps, ID)

    data = world.pushed.data
    assert (data["kind"], data["sessionId"], data["initialPageName"]) == (kind.value, "s1", "DMRoom")
    assert json.loads(data["parameterData"]) == {"sessionId": "s1"}
    assert all(type(value) is str for value in data.values())


@pytest.mark.parametrize("kind", list(NotificationKind))
def test_only_what_is_soon_untrue_has_an_end(kind: NotificationKind) -> None:
    """That five minutes are left must not arrive in an hour; that a hold has been released is true for good."""
    world = World(kind)
    world.has("a")
    world.clock.at = NOW + MINUTE

    send_push(world.deps, ID)

    is_brief = kind is NotificationKind.ENDING_SOON
    assert world.pushed.expires_at == (NOW + 5 * MINUTE if is_brief else None)
    assert world.notice.pushed_at == NOW + MINUTE


def test_no_log_line_holds_a_token(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever has a token can be written to: it is the person's."""
    world.has("a-token-of-theirs", "gone-token")
    world.messenger.answers = {"gone-token": Delivery.GONE}

    send_push(world.deps, ID)

    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["devices"], line["sent"], line["gone"]) == ("push", 2, 1, 1)
    assert "token" not in json.dumps(line)
    assert "a-token-of-theirs" not in repr(world.people.persons[PAYER])
