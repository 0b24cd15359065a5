"""What tests stand on: a Firestore engine, the Stripe emulator, the whole stack. Nothing that can be run is mocked.

Engines and servers are started once for each worker of pytest-xdist, on free ports. A test gets a Firestore project of
its own (`project`, `db`), which costs nothing and shares nothing, and a Stripe emulator that has been reset
(`stripe_emulator`). Each folder under `tests/` is a marker of the same name. Tests that use the whole `stack` run on
one worker, because they share it: they tell their people and sessions apart by ids of their own.
"""

from __future__ import annotations

import os
import signal
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from google.cloud.firestore import Client
    from playwright.sync_api import Browser

    from emulators.fcm import FcmReceiver
    from emulators.stack.engine_choice import Engine
    from emulators.stack.firestore_engine import FirestoreEngine
    from emulators.stack.stack import Stack

TESTS = Path(__file__).parent
ENVIRONMENT = dict(os.environ)
"""The environment as the tests were started in it: the fixtures below change it."""
pytest_plugins = ["stripe_emulator.pytest_plugin"]

# A shell starts what it runs in the background with Ctrl-C ignored, and so would all that the tests start and stop.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A slow machine is no reason to fail: Hypothesis' own deadline, and its check that data is drawn fast, assert on time.
settings.register_profile("paid-chat", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("paid-chat")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test with the name of its folder, and keeps those that share the stack on one worker."""
    for item in items:
        if item.path.is_relative_to(TESTS):
            item.add_marker(item.path.relative_to(TESTS).parts[0])
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows with a failure what the stack's functions have written."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and stack and report.when != "teardown":  # the last test's teardown takes the stack away
        report.sections.append(("firebase-tools", stack.firebase.tail()))
    return report


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment as the tests were started in it, for programs that tests start."""
    return dict(ENVIRONMENT)


@pytest.fixture(scope="session")
def engine_choice() -> Engine:
    """Which Firestore engine this machine runs. Without one the tests fail; they are never skipped for it."""
    from emulators.stack.engine_choice import find_engine

    return find_engine(ENVIRONMENT)


@pytest.fixture(scope="session")
def firestore_engine(engine_choice: Engine) -> Iterator[FirestoreEngine]:
    """A Firestore engine with the product's rules, for all tests of this worker; the clients of this process use it."""
    from emulators.stack.firestore_engine import running_engine

    with running_engine(engine=engine_choice) as engine, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", engine.host)
        yield engine


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a project that no other test has seen; also this process's default project."""
    name = f"demo-{uuid.uuid4().hex[:16]}"
    monkeypatch.setenv("GCLOUD_PROJECT", name)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", name)
    return name


@pytest.fixture
def db(firestore_engine: FirestoreEngine, project: str) -> Iterator[Client]:
    """A Firestore client with administration rights on an empty database."""
    from google.cloud.firestore import Client

    client = Client(project=project)
    yield client
    client.close()


@pytest.fixture(scope="session")
def fcm_server() -> Iterator[FcmReceiver]:
    """Where the pushes of this worker arrive. Tests ask for `fcm`, which has got nothing yet."""
    from emulators.fcm import FcmReceiver

    with FcmReceiver() as server:
        yield server


@pytest.fixture
def fcm(fcm_server: FcmReceiver) -> FcmReceiver:
    """A receiver of pushes that has got nothing yet."""
    fcm_server.clear()
    return fcm_server


@pytest.fixture(scope="session")
def stack(engine_choice: Engine) -> Iterator[Stack]:
    """The whole local stack: Firebase emulators with the deployed functions, and the Stripe emulator.

    Never Stripe's test mode, which a key in the environment asks the emulator's own tests for.
    """
    from emulators.stack.stack import running_stack

    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("STRIPE_SECRET_KEY", raising=False)
        with running_stack(engine=engine_choice) as running:
            yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """This machine's browser, one for each worker: Playwright can't be started twice in a thread."""
    from emulators.stack.browser import running_browser

    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def dart() -> Path:
    """The Dart VM of this machine. Tests are skipped if it can't have one; a CI has to have it."""
    from emulators.stack.dart_vm import DartNotFoundError, find_dart

    try:
        return find_dart()
    except DartNotFoundError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
