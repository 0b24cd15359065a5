"""What every world needs in which all goes wrong at random, drawn from a seed, so that any run can be had again."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from payments.core.refusals import Refusal
from tests.integration.call_recorder import Killed, Wire
from tests.integration.deployment import Deployment, Json
from tests.integration.together import at_once

FAULTS: Final = ("drop_before", "drop_after", "server_error", "server_error_after", "rate_limit", "lock_timeout")
#: Calls after which a process that is to die is dead: the longest use case makes about as many.
LONGEST_LIFE: Final = 7
#: By how much the clock of an instance may differ from Stripe's and from the others'.
SKEWS: Final = (timedelta(), timedelta(), timedelta(seconds=20), timedelta(seconds=-20))
#: By how much two of them may differ, with what time a call takes.
WIDEST_SKEW: Final = timedelta(seconds=50)


@dataclass
class Disorder:
    """One seed's world. `step` does one thing, `storm` many at once; `told` is what has come of each."""

    deployment: Deployment
    seed: int
    told: list[str] = field(default_factory=list, kw_only=True)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.wire = Wire()
        self.deployment.deps = self.wire.deps(self.deployment.deps, self.deployment.db)
        self.acts: Sequence[Callable[[], Any]] = ()
        self.weights: Sequence[float] = ()

    def may_do(self, acts: Mapping[Callable[[], Any], float]) -> None:
        """All that can happen here, each with how often it does, compared with the others."""
        self.acts, self.weights = list(acts), list(acts.values())

    def step(self) -> None:
        """One thing happens; with luck it goes wrong."""
        act = self.random.choices(self.acts, self.weights)[0]
        dies, skew = self.random.random() < 0.3, self.random.choice(SKEWS)
        self.wire.live_for(self.random.randint(0, LONGEST_LIFE) if dies else None)
        self.deployment.clock.ahead += skew
        try:
            act()
        except Refusal as refusal:
            self.told.append(f"{act.__name__}: {refusal.code}")
        except Killed as death:
            self.told.append(f"{act.__name__}: died before {death}")
        else:
            self.told.append(act.__name__)
        finally:
            self.wire.live_for(None)
            self.deployment.clock.ahead -= skew

    def storm(self, width: int) -> None:
        """So many things happen at once, each in a process of its own; none of them dies."""
        outcomes = at_once(*self.random.choices(self.acts, self.weights, k=width))
        self.told += [f"at once: {outcome}" for outcome in outcomes if outcome is not None]

    def some_news(self) -> list[Json]:
        """Some of the webhooks that have not come yet, and now count as if they had."""
        return self.deployment.news(lambda _: self.random.random() < 0.7)

    def some_old(self) -> list[Json]:
        """Webhooks that may have come already."""
        return self.random.sample(self.deployment.seen, min(2, len(self.deployment.seen)))

    def wait_long(self) -> None:
        self.deployment.pass_time(hours=self.random.choice((3, 21, 73)))

    def sweep(self) -> None:
        self.deployment.sweep()
