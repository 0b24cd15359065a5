"""A Dart file as a parse tree: its functions, its chains of names and calls, its strings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tree_sitter_language_pack import get_parser

#: A node of tree-sitter's, which ships no types of its own for the grammars.
Node = Any


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, in the order of the text."""
    yield node
    for child in node.children:
        yield from walk(child)


def text(node: Node) -> str:
    return str(node.text.decode())


def string(node: Node) -> str:
    """A string literal without its quotes."""
    return text(node)[1:-1]


def named(node: Node, kind: str) -> list[Node]:
    return [child for child in node.children if child.type == kind]


def name_of(node: Node) -> str:
    """The name that a declaration gives: its last identifier of its own."""
    return text(named(node, "identifier")[-1])


@dataclass(frozen=True)
class Link:
    """One step of a chain: `.name`, `.name(…)` or `['index']`."""

    name: str = ""
    index: str | None = None
    arguments: Node = None


@dataclass(frozen=True)
class Chain:
    """`root.name(…)['index']…`: a node, and the selectors that follow it."""

    root: Node
    links: tuple[Link, ...]

    @cached_property
    def root_arguments(self) -> Node:
        """What the root itself is called with, where it is a function."""
        return self.links[0].arguments if self.links and self.links[0].name == "()" else None

    def arguments_of(self, method: str) -> Node:
        """The arguments of the last call of `method` in the chain, None where it is not called."""
        return next((link.arguments for link in reversed(self.links) if link.name == method), None)


def chains(node: Node) -> list[Chain]:
    """Every chain under the node, outer ones first."""
    return [chain for each in walk(node) for chain in chains_among(each.children)]


def chains_among(children: list[Node]) -> Iterator[Chain]:
    for position, child in enumerate(children):
        follows = position + 1 < len(children) and children[position + 1].type == "selector"
        if child.type == "selector" or not follows:
            continue
        selectors = []
        for sibling in children[position + 1 :]:
            if sibling.type != "selector":
                break
            selectors.append(sibling)
        yield Chain(child, _links(selectors))


def _links(selectors: list[Node]) -> tuple[Link, ...]:
    links: list[Link] = []
    for selector in selectors:
        part = selector.children[0]
        if part.type == "argument_part":
            name = links.pop().name if links and links[-1].arguments is None and links[-1].index is None else "()"
            links.append(Link(name, arguments=named(part, "arguments")[0]))
        elif indexes := [each for each in part.children if each.type == "index_selector"]:
            links.append(Link(index=_index(indexes[0])))
        elif names := named(part, "identifier"):
            links.append(Link(text(names[0])))
    return tuple(links)


def _index(selector: Node) -> str:
    literals = named(selector, "string_literal")
    return string(literals[0]) if literals else ""


def arguments(node: Node) -> list[Node]:
    """The positional arguments of a call."""
    return named(node, "argument")


def named_argument(node: Node, label: str) -> Node:
    """A call's argument of that name, None where it is not given."""
    for argument in named(node, "named_argument"):
        if name_of(named(argument, "label")[0]) == label:
            return argument
    return None


@dataclass(frozen=True)
class Function:
    """A function or method, with its body."""

    name: str
    signature: Node
    body: Node

    @cached_property
    def parameters(self) -> list[Node]:
        return [each for each in walk(named(self.signature, "formal_parameter_list")[0]) if _is_parameter(each)]

    @cached_property
    def returns(self) -> str:
        """The type that is written before the name, as in `Future<String>`."""
        end = named(self.signature, "identifier")[0].start_byte - self.signature.start_byte
        return str(self.signature.text[:end].decode()).strip()


def _is_parameter(node: Node) -> bool:
    return node.type == "formal_parameter"


@dataclass(frozen=True)
class DartFile:
    """A file of the kit."""

    name: str
    source: str

    @cached_property
    def root(self) -> Node:
        return get_parser("dart").parse(self.source.encode()).root_node

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Every function and method by its name."""
        return {function.name: function for function in _functions(self.root)}

    @cached_property
    def constants(self) -> dict[str, str]:
        """Constants of the file that are strings."""
        found = {}
        for node in walk(self.root):
            if node.type == "static_final_declaration" and (literals := named(node, "string_literal")):
                found[text(node.children[0])] = string(literals[0])
        return found

    def string_of(self, node: Node) -> str | None:
        """The string that an argument is: a literal or a constant of the file. None for anything else."""
        value = node.children[-1] if node.children else node
        return string(value) if value.type == "string_literal" else self.constants.get(text(value))


def _functions(root: Node) -> Iterator[Function]:
    for node in walk(root):
        for position, child in enumerate(node.children[:-1]):
            signature = child.children[0] if child.type == "method_signature" else child
            if signature.type == "function_signature" and node.children[position + 1].type == "function_body":
                yield Function(name_of(signature), signature, node.children[position + 1])


def read(path: Path) -> DartFile:
    return DartFile(path.name, path.read_text())
