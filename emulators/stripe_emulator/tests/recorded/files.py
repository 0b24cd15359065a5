"""The recordings of real Stripe exchanges and events, if they are beside the checkout; they are never part of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Any
ROOT = Path(__file__).parents[4]
FOLDER = ROOT.parent / "shared" / "recorded"
WHY_SKIPPED = "the recordings of real exchanges (shared/recorded) are not beside the checkout"


@dataclass(frozen=True)
class Recording:
    """One exchange, or one event as a webhook brought it."""

    name: str
    content: dict[str, Json]

    @property
    def day(self) -> str:
        """The date in the API version that Stripe spoke; one that is only known to be older counts as the oldest."""
        version: str = self.content["api_version"]
        return version[:10] if version[:4].isdigit() else "2020-08-27"

    @property
    def request(self) -> dict[str, Json]:
        """Method, path and parameters."""
        found: dict[str, Json] = self.content["request"]
        return found

    @property
    def response(self) -> dict[str, Json]:
        """Status, headers and body."""
        found: dict[str, Json] = self.content["response"]
        return found

    @property
    def event(self) -> dict[str, Json]:
        """The event."""
        found: dict[str, Json] = self.content["body"]
        return found

    def subject(self, kind: str) -> dict[str, Json]:
        """The object of this kind that the answer or the event tells of, also inside an error."""
        body = self.content["body"]["data"]["object"] if self.content["kind"] == "event" else self.response["body"]
        held = [body, *body.values(), *body.get("error", {}).values()]
        return next((each for each in held if isinstance(each, dict) and each.get("object") == kind), {})


def recordings(kind: str) -> list[Recording]:
    """All exchanges or all events, by name; none if the folder isn't there."""
    found = [Recording(path.stem, json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))]
    return [each for each in found if each.content["kind"] == kind]
