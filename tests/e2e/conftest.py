"""Fixtures of the end-to-end tests: one deployment for all, and a fresh database and Stripe account for each test."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from google.cloud.firestore import Client

from emulators.demo.documents import Documents
from emulators.fcm import FcmReceiver
from emulators.stack.app_client import App
from emulators.stack.firebase_suite import NOT_HANDED_ON
from emulators.stack.firestore_engine import FirestoreEngine
from emulators.stack.stack import Stack
from stripe_emulator import StripeControl, StripeEmulator
from tests.e2e.answers import secrets_in
from tests.e2e.app_stage import Stage
from tests.e2e.http_site import Data, Site
from tests.e2e.order_steps import on_sale
from tests.e2e.phones import Phones
from tests.e2e.served import ServedFunctions
from tests.integration.deployment import APP, PAGES, Deployment

Deploy = Callable[..., ServedFunctions]
NOBODY_LISTENS = "127.0.0.1:9"


@pytest.fixture(scope="session")
def settings(
    firestore_engine: FirestoreEngine, stripe_server: StripeEmulator, fcm_server: FcmReceiver
) -> dict[str, str]:
    """The environment of a deployment in which all is well."""
    project = f"demo-e2e-{uuid.uuid4().hex[:12]}"
    own = {
        "FIRESTORE_EMULATOR_HOST": firestore_engine.host,
        # Tokens are taken unsigned where this is set; nobody is asked about them.
        "FIREBASE_AUTH_EMULATOR_HOST": NOBODY_LISTENS,
        "GCLOUD_PROJECT": project,
        "GOOGLE_CLOUD_PROJECT": project,
        "STRIPE_SECRET_KEY": stripe_server.secret_key,
        "STRIPE_PUBLISHABLE_KEY": "pk_test_emulator",
        "STRIPE_WEBHOOK_SECRET": stripe_server.webhook_secret,
        "STRIPE_API_BASE": stripe_server.url,
        "STRIPE_RATE": "100",
        "FCM_API_BASE": fcm_server.url,
        "APP_BASE_URL": PAGES,
        "APP_NAME": APP,
    }
    return {name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON} | own


@pytest.fixture(scope="session")
def functions(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedFunctions]:
    """The deployed functions. At its end no log of the whole run may hold a secret."""
    with ServedFunctions(settings, tmp_path_factory.mktemp("functions")) as served:
        yield served
    assert secrets_in(served.log()) == []


@pytest.fixture
def deploy(settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deploy]:
    """Deploys the functions once more, with settings that differ; None takes one away."""
    with ExitStack() as deployed:

        def deploy(**changes: str | None) -> ServedFunctions:
            changed = {name: value for name, value in {**settings, **changes}.items() if value is not None}
            return deployed.enter_context(ServedFunctions(changed, tmp_path_factory.mktemp("deployed")))

        yield deploy


@pytest.fixture
def site(
    functions: ServedFunctions,
    firestore_engine: FirestoreEngine,
    stripe_emulator: StripeEmulator,
    stripe_control: StripeControl,
) -> Iterator[Site]:
    """The deployment, with one consultant and nothing else in its database and its Stripe account."""
    firestore_engine.clear(functions.project)
    client = Client(project=functions.project)
    yield Site(functions, Deployment(client, stripe_emulator, stripe_control))
    client.close()


@pytest.fixture
def shop(site: Site) -> Site:
    """The deployment, where one thing is on sale."""
    return on_sale(site, "sheet")


@pytest.fixture
def phones(site: Site, fcm: FcmReceiver) -> Phones:
    """The people's phones; none is registered yet."""
    return Phones(site, fcm)


@pytest.fixture
def event(site: Site) -> Data:
    """An event that nobody has delivered yet: a card has been authorized, and the session waits for it."""
    site.deployment.pay(site.deployment.create())
    return site.the_event("payment_intent.amount_capturable_updated")


@pytest.fixture(scope="session")
def app(stack: Stack) -> Iterator[App]:
    """The app, with the official SDK, on the whole local stack. At its end no log of the run may hold a secret."""
    with App(stack) as running:
        yield running
    assert secrets_in(stack.firebase.output()) == []


@pytest.fixture
def stage(stack: Stack, app: App) -> Iterator[Stage]:
    """A payer and a consultant of this test's own; every webhook comes twice."""
    documents, control = Documents(stack.firestore, stack.project), StripeControl(stack.stripe_url)
    consultant = app.sign_up("consultant")
    fields = {"displayName": {"stringValue": "相談員"}, "active": {"booleanValue": True}}
    documents.write(f"consultants/{consultant.uid}", fields)
    control.webhooks(duplicate=2)
    yield Stage(stack, app, documents, control, app.sign_up("payer"), consultant)
    control.webhooks(duplicate=1)
