"""Where a value of a Dart file comes from: a callable's answer, a document, the details of a refusal."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .tree import Chain, DartFile, Function, Node, arguments, chains, chains_among, name_of, named, string, text, walk


@dataclass(frozen=True, order=True)
class Origin:
    """`answer` of a callable, `document` of a collection, or `details` of a refusal."""

    kind: str
    name: str = ""


DETAILS = Origin("details")
_REFUSED = "FirebaseFunctionsException"

Place = tuple[str, str]
"""A variable: the function it is in, and its name."""


@functools.cache
def flow_of(file: DartFile) -> Flow:
    return Flow(file)


@dataclass(frozen=True)
class Read:
    """A field read by name, with everything that the value it is read from may be."""

    field: str
    origins: frozenset[Origin]
    line: int


class Flow:
    """Follows values through a file: assignments, arguments, results, loops and callbacks."""

    def __init__(self, file: DartFile) -> None:
        self.file = file
        self._of: dict[Place, set[Origin]] = defaultdict(set)
        self._results: dict[str, set[Origin]] = defaultdict(set)
        before = None
        while before != self._size():
            before = self._size()
            for function in file.functions.values():
                self._follow(function)

    def _size(self) -> tuple[int, int]:
        return sum(map(len, self._of.values())), sum(map(len, self._results.values()))

    @cached_property
    def reads(self) -> list[Read]:
        """Every `value['field']` of the file; an index that is no string only where the value is from outside."""
        found = [read for function in self.file.functions.values() for read in self._reads_in(function)]
        return [read for read in found if read.field or read.origins]

    def _reads_in(self, function: Function) -> Iterator[Read]:
        for chain in chains(function.body):
            for position, link in enumerate(chain.links):
                if link.index is not None:
                    origins = self._chain(function.name, Chain(chain.root, chain.links[:position]))
                    yield Read(link.index, frozenset(origins), chain.root.start_point[0] + 1)

    def _follow(self, function: Function) -> None:
        name = function.name
        for parameter in function.parameters:
            if text(parameter).startswith(_REFUSED):
                self._of[name, name_of(parameter)].add(DETAILS)
        for node in walk(function.body):
            if node.type in ("initialized_variable_definition", "for_loop_parts"):
                self._declare(name, node)
            elif node.type == "try_statement":
                self._catch(name, node)
        for chain in chains(function.body):
            self._call(name, chain)
        for value in results(function):
            self._results[name] |= self.origins(name, value)

    def _declare(self, function: str, node: Node) -> None:
        """`final x = …` and `for (final x in …)`: the value follows the name."""
        position = next(i for i, child in enumerate(node.children) if child.type == "identifier")
        value = node.children[position + 1 :]
        self._of[function, text(node.children[position])] |= self._among(function, value)

    def _catch(self, function: str, node: Node) -> None:
        for kind, clause in zip(node.children, node.children[1:], strict=False):
            if text(kind) == _REFUSED and clause.type == "catch_clause":
                self._of[function, name_of(named(clause, "catch_parameters")[0])].add(DETAILS)

    def _call(self, function: str, chain: Chain) -> None:
        """What a function of the file is called with, and what a callback is called back with."""
        called = self.file.functions.get(text(chain.root))
        if called and chain.root_arguments:
            for parameter, argument in zip(called.parameters, arguments(chain.root_arguments), strict=False):
                self._of[called.name, name_of(parameter)] |= self.origins(function, argument)
        for position, link in enumerate(chain.links):
            if link.arguments and link.name != "()":
                self._call_back(function, Chain(chain.root, chain.links[:position]), link.arguments)

    def _call_back(self, function: str, source: Chain, given: Node) -> None:
        for argument in arguments(given):
            value = argument.children[0]
            torn_off = self.file.functions.get(text(value))
            if torn_off and torn_off.parameters:
                self._of[torn_off.name, name_of(torn_off.parameters[0])] |= self._chain(function, source)
            elif value.type == "function_expression":
                for parameter in (each for each in walk(value.children[0]) if each.type == "formal_parameter"):
                    self._of[function, name_of(parameter)] |= self._chain(function, source)

    def origins(self, function: str, node: Node) -> set[Origin]:
        """Everything that an expression may come from."""
        return self._among(function, [node])

    def _among(self, function: str, nodes: list[Node]) -> set[Origin]:
        found: set[Origin] = set()
        skip = -1
        for position, node in enumerate(nodes):
            if position <= skip:
                continue
            chain, skip = _chain_at(nodes, position)
            if chain:
                found |= self._chain(function, chain)
            elif node.type == "identifier":
                found |= self._of[function, text(node)]
            else:
                found |= self._among(function, node.children)
        return found

    def _chain(self, function: str, chain: Chain) -> set[Origin]:
        if source := self._source(chain):
            return {source}
        if chain.root_arguments and text(chain.root) in self.file.functions:
            return set(self._results[text(chain.root)])
        found = self._among(function, [chain.root])
        for link in chain.links:
            if link.arguments:
                found |= self._among(function, link.arguments.children)
        return found

    def _source(self, chain: Chain) -> Origin | None:
        if callable_name := chain.arguments_of("httpsCallable"):
            return Origin("answer", self.file.string_of(arguments(callable_name)[0]) or "")
        if collection := chain.arguments_of("collection"):
            return Origin("document", self.file.string_of(arguments(collection)[0]) or "")
        return None

    def compared(self) -> Iterator[tuple[Node, str, str]]:
        """Every comparison with a string: what is compared, the string, the function it is in."""
        for function in self.file.functions.values():
            for node in walk(function.body):
                literals = named(node, "string_literal")
                if node.type == "equality_expression" and literals:
                    yield node, string(literals[0]), function.name


def _chain_at(nodes: list[Node], position: int) -> tuple[Chain | None, int]:
    """The chain that begins at a position among siblings, and the position of its last selector."""
    end = position
    while end + 1 < len(nodes) and nodes[end + 1].type == "selector":
        end += 1
    if end == position or nodes[position].type == "selector":
        return None, position
    return next(chains_among(nodes[position : end + 1])), end


def results(function: Function) -> Iterator[Node]:
    """The expressions that a function answers: of its returns, or the one that its arrow points to."""
    body = function.body
    if not named(body, "block"):
        yield body
    for node in walk(body):
        if node.type == "return_statement":
            yield node
