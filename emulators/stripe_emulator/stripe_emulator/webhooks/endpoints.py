"""Webhook endpoints: which URL gets which events."""

from __future__ import annotations

from typing import Any

from stripe import params as sdk

from stripe_emulator.account import API_VERSION
from stripe_emulator.api.listing import PAGING
from stripe_emulator.api.params import metadata
from stripe_emulator.api.routes import Call, filtered, route
from stripe_emulator.errors import Object, invalid

ENDPOINT_PARAMS = ("description", "enabled_events", "metadata", "url")


def _check_endpoint(params: dict[str, Any]) -> None:
    if params.get("api_version") not in (None, API_VERSION):
        raise invalid(f"Invalid API version: {params['api_version']}", "api_version")
    if not params.get("url", "https://").startswith(("http://", "https://")):
        raise invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid")


@route(
    "POST",
    "/v1/webhook_endpoints",
    sdk.WebhookEndpointCreateParams,
    (*ENDPOINT_PARAMS, "api_version"),
    check=_check_endpoint,
)
def create_webhook_endpoint(call: Call) -> Object:
    """Subscribe a URL; only this answer carries the signing secret."""
    made = {
        "api_version": call.params.get("api_version"),
        "application": None,
        "created": call.account.now,
        "description": call.params.get("description") or None,
        "enabled_events": call.params["enabled_events"],
        "id": call.account.new_id("we"),
        "livemode": False,
        "metadata": metadata(call.params),
        "object": "webhook_endpoint",
        "status": "enabled",
        "url": call.params["url"],
    }
    call.account.endpoint_secrets[made["id"]] = "whsec_" + call.account.token(32)
    return {**call.account.add(made), "secret": call.account.endpoint_secrets[made["id"]]}


@route(
    "POST",
    "/v1/webhook_endpoints/:id",
    sdk.WebhookEndpointUpdateParams,
    (*ENDPOINT_PARAMS, "disabled"),
    check=_check_endpoint,
)
def update_webhook_endpoint(call: Call) -> Object:
    """Change what is sent, where to, or whether at all."""
    endpoint = call.account.find("webhook_endpoint", call.id)
    given = ("description", "enabled_events", "url")
    changes: dict[str, Any] = {name: call.params[name] for name in given if name in call.params}
    changes["metadata"] = metadata(call.params, endpoint["metadata"])
    if "disabled" in call.params:
        changes["status"] = "disabled" if call.params["disabled"] else "enabled"
    return call.account.change(endpoint, **changes)


@route("GET", "/v1/webhook_endpoints/:id", sdk.WebhookEndpointRetrieveParams)
def retrieve_webhook_endpoint(call: Call) -> Object:
    """By id, without the secret."""
    return call.account.find("webhook_endpoint", call.id)


@route("GET", "/v1/webhook_endpoints", sdk.WebhookEndpointListParams, PAGING)
def list_webhook_endpoints(call: Call) -> Object:
    """Newest first, without the secrets."""
    return filtered(call, "webhook_endpoint", "/v1/webhook_endpoints")


@route("DELETE", "/v1/webhook_endpoints/:id", sdk.WebhookEndpointDeleteParams)
def delete_webhook_endpoint(call: Call) -> Object:
    """Unsubscribe; what waits for a retry is given up too."""
    endpoint = call.account.find("webhook_endpoint", call.id)
    call.account.remove(endpoint)
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}
