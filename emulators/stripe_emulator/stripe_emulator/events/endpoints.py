"""Events, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stripe import params as sdk

from stripe_emulator.api import listing
from stripe_emulator.api.routes import Call, route

if TYPE_CHECKING:
    from stripe_emulator.errors import Object


@route("GET", "/v1/events/:id", sdk.EventRetrieveParams)
def retrieve_event(call: Call) -> Object:
    """By id."""
    return call.account.find("event", call.id)


@route("GET", "/v1/events", sdk.EventListParams, (*listing.CURSORS, "type", "types"))
def list_events(call: Call) -> Object:
    """Newest first, of one type (`charge.*` takes all of a family) or of several types."""
    types = call.params.get("types") or ([call.params["type"]] if "type" in call.params else ["*"])
    return listing.page(
        call.account, "event", "/v1/events", call.params, lambda each: any(_is_of(each["type"], t) for t in types)
    )


def _is_of(event_type: str, wanted: str) -> bool:
    return event_type.startswith(wanted[:-1]) if wanted.endswith("*") else event_type == wanted
