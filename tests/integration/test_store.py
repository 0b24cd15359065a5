"""The one write primitive (design 5): read, decide, commit if unchanged. On the real engine, met by real writers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from payments.chat import start_and_end
from payments.core import store
from payments.core.limits import Limits
from payments.core.refusals import Code, Refusal
from payments.core.store import Decision, Docs, Ref, Store
from payments.domain.chat.records import Hold
from payments.domain.chat.states import SessionStatus
from tests.integration.call_recorder import Wire
from tests.integration.deployment import Deployment

REF = Ref(Limits, "payer")
PATH = "limits/payer"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
FIRST = Limits(id="payer", used=1, since=NOW, expire_at=NOW + timedelta(hours=2))


def one_more(docs: Docs) -> Decision[int]:
    found = docs.get(REF)
    after = replace(found, used=found.used + 1) if found else FIRST
    return Decision(after.used, (after,))


def overtaken(deployment: Deployment, write: Callable[[], object], times: int = 1) -> Store:
    """A store that another writer overtakes just before it commits, so many times."""
    left = [write] * times

    def overtake(name: str) -> None:
        if name == "commit" and left:
            left.pop()()

    return Wire(watcher=overtake).deps(deployment.deps, deployment.db).store


def test_a_decision_is_made_again_when_its_document_has_moved(deployment: Deployment) -> None:
    deployment.deps.store.change([REF], one_more)
    slow = overtaken(deployment, lambda: deployment.deps.store.change([REF], one_more), times=3)

    changed = slow.change([REF], one_more)

    assert changed.result == 5
    assert deployment.db.document(PATH).get().get("attempts") == 5


def test_a_decision_is_made_again_when_its_document_has_been_made_by_another(deployment: Deployment) -> None:
    slow = overtaken(deployment, lambda: deployment.deps.store.change([REF], one_more))

    assert slow.change([REF], one_more).result == 2


def test_a_decision_is_made_again_when_its_document_has_been_deleted(deployment: Deployment) -> None:
    deployment.deps.store.change([REF], one_more)
    slow = overtaken(deployment, deployment.db.document(PATH).delete)

    assert slow.change([REF], one_more).result == 1


def test_a_document_that_never_rests_is_busy_in_the_end(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "TRIES", 4)
    slow = overtaken(deployment, lambda: deployment.deps.store.change([REF], one_more), times=100)

    with pytest.raises(Refusal) as refusal:
        slow.change([REF], one_more)

    assert refusal.value.code is Code.BUSY
    assert deployment.db.document(PATH).get().get("attempts") == 4


def test_a_commit_is_whole_or_not_at_all(deployment: Deployment) -> None:
    """Two documents, of which one has moved."""
    hold = deployment.paid("s1")
    other = Ref(Hold, hold.id)
    deployment.deps.store.change([REF], one_more)
    docs = deployment.deps.store.read([REF, other])
    deployment.db.document(f"payment_intents/{hold.id}").update({"lastError": "x"})
    before = deployment.everything()

    is_committed = deployment.deps.store.commit_if_unchanged(docs, (docs[REF], docs[other]))

    assert not is_committed
    assert deployment.everything() == before


def test_a_write_that_changes_nothing_still_protects(deployment: Deployment) -> None:
    """`rev` grows with every write: without it the engine would keep the version, and so would everybody else."""
    deployment.deps.store.change([REF], one_more)
    before = deployment.deps.store.read([REF])

    deployment.deps.store.change([REF], lambda docs: Decision(None, (docs[REF],)))

    assert deployment.db.document(PATH).get().get("rev") == before.found[REF].rev + 1
    assert not deployment.deps.store.commit_if_unchanged(before, (before[REF],))


def test_what_a_change_answers_is_good_for_the_next_without_a_read(deployment: Deployment) -> None:
    changed = deployment.deps.store.change([REF], one_more)
    wire = Wire()

    again = wire.deps(deployment.deps, deployment.db).store.change([REF], one_more, known=changed.docs)

    assert (again.result, wire.calls) == (2, ["commit"])


def test_a_refusal_is_not_believed_on_documents_that_were_never_there_together(deployment: Deployment) -> None:
    """START reads the session, another START wins, then the first reads the hold: used already, yet not `not_paid`."""
    hold = deployment.paid("s1")
    reads: list[str] = []

    def overtake(name: str) -> None:
        if name == "batch_get_documents":
            reads.append(name)
            if len(reads) == 2:
                deployment.start(hold)

    session = start_and_end.start(Wire(watcher=overtake).deps(deployment.deps, deployment.db).chat, hold.user_id, "s1")

    assert session == deployment.session("s1")
    assert session.status is SessionStatus.ACTIVE


def test_what_is_due_comes_in_pages_the_oldest_first_and_each_once(deployment: Deployment) -> None:
    made = []
    for n in range(5):
        made.append(deployment.create(f"s{n}").hold.id)
        deployment.pass_time(minutes=1)
    later = deployment.clock() + timedelta(minutes=30)

    pages = list(deployment.deps.store.due(Hold, later, 2))
    none = list(deployment.deps.store.due(Hold, deployment.clock(), 2))

    assert [[hold.id for hold, _ in page] for page in pages] == [made[:2], made[2:4], made[4:]]
    assert none == []
