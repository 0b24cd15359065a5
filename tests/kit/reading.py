"""What a Dart file of the kit does: the callables it calls, what it compares, writes, and can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .flow import Flow, Origin, flow_of, results
from .tree import (
    DartFile,
    Function,
    Node,
    arguments,
    chains,
    chains_among,
    named,
    named_argument,
    string,
    text,
    walk,
)

_WORD = re.compile(r"[a-z]+(_[a-z]+)*")


@dataclass(frozen=True)
class Call:
    """A callable that is called: its region, the fields that are sent, and those that are sent in any case."""

    name: str
    region: str | None
    sent: frozenset[str]
    always: frozenset[str]
    is_bounded: bool


@dataclass(frozen=True)
class Write:
    """A document that is written: its collection, the method, the fields."""

    collection: str
    method: str
    fields: frozenset[str]


@dataclass(frozen=True)
class Comparison:
    """A string that something is compared with; `field` is empty where it is no field of a known origin."""

    value: str
    field: str
    origin: Origin | None
    source: str


def calls(file: DartFile) -> list[Call]:
    """A callable is made with `.httpsCallable(…)` in a function, and called with a map in the same one."""
    return [call for function in file.functions.values() for call in _calls_in(file, function)]


def _calls_in(file: DartFile, function: Function) -> Iterator[Call]:
    sent = [chain.arguments_of("call") for chain in chains(function.body) if chain.arguments_of("call")]
    for chain in chains(function.body):
        if made := chain.arguments_of("httpsCallable"):
            region = named_argument(chain.arguments_of("instanceFor") or made, "region")
            yield Call(
                name=file.string_of(arguments(made)[0]) or "",
                region=file.string_of(region) if region else None,
                sent=frozenset(name for each in sent for name, _ in _pairs(each)),
                always=frozenset(name for each in sent for name, is_certain in _pairs(each) if is_certain),
                is_bounded="timeout" in text(named_argument(made, "options") or made),
            )


def _pairs(node: Node, *, is_certain: bool = True) -> Iterator[tuple[str, bool]]:
    """The keys of the map under a node, and whether each is there in any case (no `if` before it)."""
    for child in node.children:
        if child.type == "pair":
            yield string(child.children[0]), is_certain
        else:
            yield from _pairs(child, is_certain=is_certain and child.type != "if_element")


def writes(file: DartFile) -> list[Write]:
    found = []
    for chain in chains(file.root):
        collection = chain.arguments_of("collection")
        for method in ("add", "set", "update"):
            written = chain.arguments_of(method)
            if collection and written:
                fields = frozenset(name for name, _ in _pairs(written))
                found.append(Write(file.string_of(arguments(collection)[0]) or "", method, fields))
    return found


def collections(file: DartFile) -> set[str]:
    named_ones = (chain.arguments_of("collection") for chain in chains(file.root))
    return {file.string_of(arguments(each)[0]) or "" for each in named_ones if each}


def unbounded(file: DartFile) -> list[str]:
    """What is awaited from Firestore, a callable or the sheet without a limit of time."""
    waiting = {"get", "add", "set", "update", "delete", "call", "presentPaymentSheet"}
    return [
        text(chain.root)
        for node in walk(file.root)
        if node.type == "await_expression"
        for chain in chains(node)[:1]
        if waiting & {link.name for link in chain.links} and not chain.arguments_of("timeout")
    ]


def comparisons(file: DartFile) -> list[Comparison]:
    flow = flow_of(file)
    return [
        Comparison(value, *_field(file, flow, node.children[0], list(node.children), function), text(node))
        for node, value, function in flow.compared()
    ]


def _field(file: DartFile, flow: Flow, left: Node, siblings: list[Node], function: str) -> tuple[str, Origin | None]:
    """The field on the left side: read there, or in the declaration of the variable that stands there."""
    chain = next(chains_among(siblings), None)
    if chain is None:
        return _declared_field(file, flow, text(left), function)
    index = chain.links[-1].index
    origins = flow.origins(function, chain.root)
    if index is None or len(origins) != 1:
        return ".".join(link.name for link in chain.links), None
    return index, next(iter(origins))


def _declared_field(file: DartFile, flow: Flow, name: str, function: str) -> tuple[str, Origin | None]:
    for node in walk(file.functions[function].body):
        is_it = node.type == "initialized_variable_definition" and name in map(text, named(node, "identifier")[:1])
        for chain in chains(node) if is_it else []:
            origins = flow.origins(function, chain.root)
            if chain.links[-1].index and len(origins) == 1:
                return chain.links[-1].index, next(iter(origins))
    return name, None


def own_results(file: DartFile) -> set[str]:
    """The words that the file's functions answer by themselves."""
    found: set[str] = set()
    for function in file.functions.values():
        if function.returns in ("Future<String>", "String", "String?"):
            for value in results(function):
                found |= set(_words(file, value))
    return found


def _words(file: DartFile, node: Node, *, is_answer: bool = True) -> Iterator[str]:
    """The words in a place where they are answered: not compared, no key, no argument of somebody else's function."""
    if node.type in ("equality_expression", "index_selector"):
        return
    if node.type == "string_literal" and is_answer and _WORD.fullmatch(string(node)):
        yield string(node)
    is_ours = any(text(child) in file.functions for child in node.children if child.type == "identifier")
    for child in node.children:
        yield from _words(file, child, is_answer=is_ours if child.type == "selector" else is_answer)
