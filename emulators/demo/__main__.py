"""`python -m emulators.demo`: start everything, tell the story, stop everything. Exit code 0 if all went well."""

from __future__ import annotations

import subprocess
import sys
import uuid
from contextlib import ExitStack

import stripe

from emulators.demo.app import Person
from emulators.demo.documents import Documents
from emulators.demo.phones import Phones
from emulators.demo.screen import Screen
from emulators.demo.stage import Stage, StoryBrokenError
from emulators.demo.story import tell
from emulators.demo.stripe_side import EmulatedStripe, StripeSide, TestModeStripe
from emulators.stack.app_client import App, RefusedError
from emulators.stack.engine_choice import Engine, EngineNotFoundError, External, find_engine
from emulators.stack.processes import StartFailedError, exit_on_sigterm
from emulators.stack.stack import Stack, running_stack
from stripe_emulator import ControlError

CANNOT_START = (EngineNotFoundError, StartFailedError, ValueError)
WENT_WRONG = (
    StoryBrokenError,
    RefusedError,
    ControlError,
    OSError,
    stripe.StripeError,
    RuntimeError,
    subprocess.SubprocessError,
)


def main() -> int:
    """Return 0 after the whole story, 1 where something is not as it should be, 130 after Ctrl-C."""
    exit_on_sigterm()
    screen = Screen()
    try:
        return _run(screen)
    except KeyboardInterrupt:
        screen.failure("Stopped.")
        return 130


def _run(screen: Screen) -> int:
    with ExitStack() as running:
        try:
            engine = find_engine(say=screen.progress)
            stack = running.enter_context(running_stack(engine=engine, say=screen.progress))
        except CANNOT_START as error:
            screen.failure(f"The demo can't start: {error}")
            return 1
        screen.progress("Everything answers. The first call of each function takes a second or two.")
        code = _told(stack, screen, engine)
        screen.progress("Stopping what was started …")
        return code


def _told(stack: Stack, screen: Screen, engine: Engine) -> int:
    try:
        with App(stack) as app:
            tell(_stage(stack, screen, app, Phones(stack.fcm, are_reached=not isinstance(engine, External))))
    except WENT_WRONG as error:
        screen.failure(f"The story broke off: {error}")
        screen.note(stack.firebase.tail())
        return 1
    return 0


def _stage(stack: Stack, screen: Screen, app: App, phones: Phones) -> Stage:
    settings = stack.stripe
    side: StripeSide = TestModeStripe(settings) if settings.is_test_mode else EmulatedStripe(settings)
    screen.chapter("Two people sign up")
    screen.step("A payer and a consultant sign up (Firebase Auth); the consultant is entered in the list.")
    payer, consultant = _somebody(app, "payer"), _somebody(app, "consultant", language="en")
    documents = Documents(stack.firestore, stack.project)
    listed = {"displayName": {"stringValue": "相談員 (Consultant)"}, "active": {"booleanValue": True}}
    documents.write(f"consultants/{consultant.uid}", listed)
    screen.note(f"payer {payer.uid}, told in Japanese; consultant {consultant.uid}, told in English")
    return Stage(stack, screen, documents, side, phones, payer, consultant)


def _somebody(app: App, name: str, **profile: str) -> Person:
    """Somebody who has signed up, with a phone. Raises `RefusedError`."""
    person = Person(name, app.sign_up(name), f"{name}-{uuid.uuid4().hex}")
    person.carry_phone(**profile)
    return person


if __name__ == "__main__":
    sys.exit(main())
