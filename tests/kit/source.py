"""A Dart file of the kit as text: what it declares, calls, compares and answers.

The files are written in one form, that of `dart format`; what they do is proved by the scenarios.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KIT = Path(__file__).parents[2] / "flutterflow"
READMES = {"en": KIT / "README.md", "ja": KIT / "README.ja.md"}

_SIGNATURE = r"^([\w<>?, ]+?) {name}\(([^)]*)\)"
_DECLARED = re.compile(
    r"^(?:class|enum) (\w+)|^(?!import|class|enum)[A-Za-z][\w<>?, ]*? (\w+)(?= =|;|\()", re.MULTILINE
)
#: A word that is answered: it is not compared, is no index, no first argument and no key.
_ANSWERED = re.compile(r"(?<![\[(])(?<![!=]= )'([a-z]+(?:_[a-z]+)*)'(?!:)")


@dataclass(frozen=True)
class DartFile:
    """A file of the kit, by its path in it."""

    path: str
    source: str

    @property
    def main(self) -> str:
        """The name that its one public function has to have."""
        head, *tail = Path(self.path).stem.split("_")
        return head + "".join(word.title() for word in tail)

    @cached_property
    def public(self) -> list[str]:
        """What it declares at its top level for others to see."""
        declared = [kind or other for kind, other in _DECLARED.findall(self.source)]
        return [name for name in declared if not name.startswith("_")]

    @cached_property
    def signature(self) -> tuple[str, list[tuple[str, str]]]:
        """What its public function answers and takes: `("Future<String>", [("String", "sessionId")])`."""
        (found,) = re.findall(_SIGNATURE.format(name=self.main), self.source, re.MULTILINE)
        parameters = [each.strip().rpartition(" ") for each in found[1].split(",") if each.strip()]
        return found[0], [(kind, name) for kind, _, name in parameters]

    @cached_property
    def callables(self) -> list[str]:
        """The callables that it names, in their order."""
        return re.findall(r"\.httpsCallable\('(\w+)'", self.source)

    @cached_property
    def answers(self) -> set[str]:
        """The words that an action answers by itself."""
        return set(_ANSWERED.findall(self.source))


def dart_files(kind: str = "*") -> list[DartFile]:
    """The files of one kind (`actions`, `functions`, `widgets`), or all."""
    paths = sorted(KIT.glob(f"custom_{kind}/*.dart"))
    return [DartFile(str(path.relative_to(KIT)), path.read_text()) for path in paths]
