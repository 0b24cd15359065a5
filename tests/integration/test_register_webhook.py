"""The command that registers the webhook endpoint (C-06, C-07)."""

from __future__ import annotations

import pytest
import stripe

from payments.commands.register_webhook import main
from payments.jobs.webhook import LISTENED
from stripe_emulator import StripeEmulator


def environ_of(emulator: StripeEmulator) -> dict[str, str]:
    return {
        "APP_BASE_URL": "https://app.example",
        "STRIPE_SECRET_KEY": emulator.secret_key,
        "STRIPE_API_BASE": emulator.url,
    }


def endpoints_of(emulator: StripeEmulator) -> list[stripe.WebhookEndpoint]:
    client = stripe.StripeClient(emulator.secret_key, base_addresses={"api": emulator.url})
    return client.v1.webhook_endpoints.list().data


def test_the_endpoint_subscribes_to_exactly_the_events_that_are_listened_to(
    stripe_emulator: StripeEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    main([], environ_of(stripe_emulator))

    (endpoint,) = endpoints_of(stripe_emulator)
    assert endpoint.url == "https://app.example/api/webhooks/stripe"
    assert set(endpoint.enabled_events) == set(LISTENED)
    assert endpoint.api_version == stripe.api_version
    assert capsys.readouterr().out.startswith("whsec_")


def test_registering_again_brings_the_endpoint_up_to_date_and_shows_no_secret(
    stripe_emulator: StripeEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    client = stripe.StripeClient(stripe_emulator.secret_key, base_addresses={"api": stripe_emulator.url})
    client.v1.webhook_endpoints.create(
        {"url": "https://app.example/hook", "enabled_events": ["charge.expired"], "api_version": "2026-10-28.endive"}
    )

    main(["https://app.example/hook"], environ_of(stripe_emulator))

    (endpoint,) = endpoints_of(stripe_emulator)
    assert set(endpoint.enabled_events) == set(LISTENED)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("lost", ["APP_BASE_URL", "STRIPE_SECRET_KEY"])
def test_nothing_is_registered_without_an_address_and_a_key(stripe_emulator: StripeEmulator, lost: str) -> None:
    environ = {name: value for name, value in environ_of(stripe_emulator).items() if name != lost}

    with pytest.raises(SystemExit):
        main([], environ)

    assert endpoints_of(stripe_emulator) == []
