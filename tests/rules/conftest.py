"""A project of its own for each test, with the repository's rules and one document of every kind."""

import pytest

from emulators.stack.firestore_engine import FirestoreEngine
from tests.rules.world import World


@pytest.fixture
def world(firestore_engine: FirestoreEngine, project: str) -> World:
    return World(firestore_engine, project)
