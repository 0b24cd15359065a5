"""The people of the tests in front of one project's documents."""

from emulators.firestore_engine import FirestoreEngine
from tests.rules.app import OWNER, App, unsigned_token
from tests.rules.clauses import SEED, SIGNED_OUT


class World:
    """One project with one document of every kind."""

    def __init__(self, engine: FirestoreEngine, project: str) -> None:
        self.engine = engine
        self.project = project
        self.admin = App(engine.host, project, OWNER)

    def app_of(self, person: str) -> App:
        token = None if person == SIGNED_OUT else unsigned_token(self.project, person)
        return App(self.engine.host, self.project, token)

    def reset(self) -> None:
        """Put every document back to what the tests start from, and remove what they added."""
        self.engine.clear(self.project)
        self.admin.seed(SEED)
