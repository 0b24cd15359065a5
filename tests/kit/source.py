"""A Dart file of the kit as text: what it declares, calls, reads, compares and answers.

The files are written in one form, that of `dart format`; what they do is proved by the scenarios.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KIT = Path(__file__).parents[2] / "flutterflow"
READMES = {"en": KIT / "README.md", "ja": KIT / "README.ja.md"}

_CONSTANT = r"const {name} = '([^']+)'"
_SIGNATURE = r"^([\w<>?, ]+?) {name}\(([^)]*)\)"
_DECLARED = re.compile(
    r"^(?:class|enum) (\w+)|^(?!import|class|enum)[A-Za-z][\w<>?, ]*? (\w+)(?= =|;|\()", re.MULTILINE
)
#: A word that is answered: it is not compared, is no index, no first argument and no key.
_ANSWERED = re.compile(r"(?<![\[(])(?<![!=]= )'([a-z]+(?:_[a-z]+)*)'(?!:)")


@dataclass(frozen=True)
class Signature:
    """What a function answers and takes, as in `Future<String>` and `[("String", "sessionId")]`."""

    returns: str
    parameters: list[tuple[str, str]]


@dataclass(frozen=True)
class DartFile:
    """A file of the kit."""

    name: str
    source: str

    @property
    def main(self) -> str:
        """The name that its one public function has to have."""
        head, *tail = self.name.removesuffix(".dart").split("_")
        return head + "".join(word.title() for word in tail)

    @cached_property
    def declared(self) -> list[str]:
        """Everything that is declared at the top level."""
        return [kind or other for kind, other in _DECLARED.findall(self.source)]

    @cached_property
    def signature(self) -> Signature:
        """The signature of its public function."""
        (found,) = re.findall(_SIGNATURE.format(name=self.main), self.source, re.MULTILINE)
        parameters = [each.strip().rpartition(" ") for each in found[1].split(",") if each.strip()]
        return Signature(found[0], [(kind, name) for kind, _, name in parameters])

    @cached_property
    def callables(self) -> list[str]:
        """The callables that it names, in their order."""
        return re.findall(r"\.httpsCallable\('(\w+)'", self.source)

    @cached_property
    def regions(self) -> list[str]:
        """The region of each callable; empty if it is called in the SDK's default region."""
        made = re.findall(r"FirebaseFunctions\.instance(?:For\(region: (\w+)\))?", self.source)
        return [self._constant(name) if name else "" for name in made]

    def _constant(self, name: str) -> str:
        return "".join(re.findall(_CONSTANT.format(name=name), self.source))

    @cached_property
    def collections(self) -> list[str]:
        return re.findall(r"\.collection\('(\w+)'", self.source)

    @cached_property
    def reads(self) -> list[str]:
        """The fields that are read, as in `value['field']`."""
        return re.findall(r"\['(\w+)'\]", self.source)

    @cached_property
    def compared(self) -> list[tuple[str, str]]:
        """What is compared with a string, and the string: `("status", "ready")` for `now['status'] == 'ready'`."""
        return re.findall(r"(\w+)(?:'\])? [!=]= '([^']*)'", self.source)

    @cached_property
    def answers(self) -> set[str]:
        """The words that an action answers by itself."""
        return set(_ANSWERED.findall(self.source))


def dart_files() -> list[DartFile]:
    return [DartFile(path.name, path.read_text()) for path in sorted(KIT.glob("*/*.dart"))]
