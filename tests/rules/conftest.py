"""A project of its own for each test, with the repository's rules and one document of every kind."""

import pytest

from emulators.stack.firestore_engine import RULES, FirestoreEngine
from tests.rules.world import World


@pytest.fixture
def world(firestore_engine: FirestoreEngine, project: str) -> World:
    firestore_engine.load_rules(project, RULES.read_text())
    world = World(firestore_engine, project)
    world.reset()
    return world
