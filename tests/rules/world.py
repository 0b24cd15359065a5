"""The people of the tests in front of one project's documents."""

from datetime import datetime

from emulators.stack.firestore_engine import RULES, FirestoreEngine
from tests.rules.app import OWNER, App, unsigned_token
from tests.rules.clause import SIGNED_OUT
from tests.rules.clauses import SEED


class World:
    """One project with the repository's rules and one document of every kind."""

    def __init__(self, engine: FirestoreEngine, project: str) -> None:
        self.engine = engine
        self.project = project
        self.admin = App(engine.host, project, OWNER)
        engine.load_rules(project, RULES.read_text())
        self.reset()

    def app_of(self, person: str) -> App:
        token = None if person == SIGNED_OUT else unsigned_token(self.project, person)
        return App(self.engine.host, self.project, token)

    def now(self) -> datetime:
        """Return the engine's own time."""
        return self.admin.seed({"clock/now": {}})

    def reset(self) -> None:
        """Put every document back to what the tests start from, and remove what they added."""
        self.engine.clear(self.project)
        self.admin.seed(SEED)
