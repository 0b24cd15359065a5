"""Small mistakes in the rules and use cases, and how to find the place of each again when the code around it changes.

A mutant names a function and one of its statements as `ast.unparse` writes it, so that neither the file's other lines
nor its layout matter. Of a compound statement only the header counts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Place = ast.stmt | ast.expr
PAIRS = [(ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.Is, ast.IsNot), (ast.In, ast.NotIn)]
SWAPS: dict[type[ast.AST], type[ast.cmpop]] = dict(pair for a, b in PAIRS for pair in ((a, b), (b, a)))


@dataclass
class Mutant:
    """One change in `module:Class.function` or `module:TABLE[ROW][COLUMN]`; `engine_tests` are pytest's arguments.

    `unit` and `engine` say what either kind of tests made of it: "killed", "survived", or None before it is tried.
    """

    id: int
    function: str
    kind: str
    statement: str
    change: str
    unit: str | None = None
    engine: str | None = None
    engine_tests: str | None = None

    @property
    def file(self) -> Path:
        """The module's file, in a checkout."""
        return Path("functions", *self.function.partition(":")[0].split(".")).with_suffix(".py")


class Lost(Exception):
    """A mutant's place is gone, or there are several."""


def functions(node: ast.AST, within: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function under a node with its qualified name, including methods and nested functions."""
    for child in ast.iter_child_nodes(node):
        name = f"{within}{child.name}" if isinstance(child, ast.FunctionDef | ast.ClassDef) else ""
        if isinstance(child, ast.FunctionDef):
            yield name, child
        yield from functions(child, f"{name}." if name else within)


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a function, however deep, without those of nested functions."""
    for each in body:
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            continue
        if not isinstance(each, ast.With | ast.Try):
            yield each
        for name in ("body", "orelse", "finalbody"):
            yield from statements(getattr(each, name, []))
        for handler in getattr(each, "handlers", []):
            yield from statements(handler.body)


def cells(node: ast.AST, name: str = "") -> Iterator[tuple[str, ast.Call]]:
    """The cells `To(…)` and `Refuse(…)` of a module's tables, each as `TABLE[ROW][COLUMN]`."""
    if isinstance(node, ast.Module):
        for each in node.body:
            if isinstance(each, ast.AnnAssign) and isinstance(each.value, ast.Dict):
                yield from cells(each.value, ast.unparse(each.target))
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield from cells(value, f"{name}[{key.attr if isinstance(key, ast.Attribute) else ''}]")
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("To", "Refuse"):
        yield name, node


def header(place: Place) -> ast.expr | None:
    """The part of a compound statement between its keyword and its colon."""
    if isinstance(place, ast.If | ast.While):
        return place.test
    return place.iter if isinstance(place, ast.For) else None


def text(place: Place) -> str:
    """A statement as text; of a compound one only the first line."""
    said = ast.unparse(place)
    return said.partition("\n")[0] if header(place) else said


def find(tree: ast.Module, mutant: Mutant) -> Place:
    """The statement or cell that a mutant changes. Raises `Lost`."""
    name = mutant.function.partition(":")[2]
    places: dict[str, list[Place]] = {cell: [call] for cell, call in cells(tree)}
    places |= {function: [*statements(node.body)] for function, node in functions(tree)}
    if name not in places:
        raise Lost("its function is not there")
    found = [place for place in places[name] if text(place) == mutant.statement]
    if len(found) != 1:
        raise Lost("its statement is there more than once" if found else "its statement is not there")
    return found[0]


def applied(source: str, mutant: Mutant) -> str:
    """The module with the change in it and every other character as it was. Raises `Lost`."""
    place, change = find(ast.parse(source), mutant), mutant.change
    old = header(place)
    if old is not None:
        new = header(ast.parse(f"{change}\n    pass").body[0])
        place, change = old, ast.unparse(new) if new else change
    lines, last = source.encode().splitlines(keepends=True), place.end_lineno or place.lineno
    begin = sum(map(len, lines[: place.lineno - 1])) + place.col_offset
    end = sum(map(len, lines[: last - 1])) + (place.end_col_offset or 0)
    return (b"".join(lines)[:begin] + change.encode() + b"".join(lines)[end:]).decode()


class Known:
    """What `changes` needs to know of a package: the enums' members, and the fields that have defaults."""

    def __init__(self, trees: list[ast.Module]) -> None:
        self.members: dict[str, list[str]] = {}
        self.defaults: dict[str, set[str]] = {}
        nodes = [node for tree in trees for node in ast.walk(tree)]
        for node in nodes:
            if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
                self.members[node.name] = [ast.unparse(e.targets[0]) for e in node.body if isinstance(e, ast.Assign)]
            elif isinstance(node, ast.ClassDef):
                fields = {ast.unparse(e.target) for e in node.body if isinstance(e, ast.AnnAssign) and e.value}
                self.defaults[node.name] = self.defaults.get(node.name, set()) | fields


Edits = Iterator[tuple[str, ast.expr]]


def _edits_of_logic(node: ast.AST) -> Edits:
    match node:
        case ast.Compare():
            for i, op in enumerate(node.ops):
                if type(op) in SWAPS:
                    swapped = [*node.ops[:i], SWAPS[type(op)](), *node.ops[i + 1 :]]
                    yield "comparison", ast.Compare(node.left, swapped, node.comparators)
        case ast.BoolOp():
            yield "and/or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield "not", node.operand
        case ast.IfExp():
            yield "condition", ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _edits_of_values(node: ast.AST, known: Known) -> Edits:
    match node:
        case ast.Constant(value=bool()):
            yield "constant", ast.Constant(not node.value)
        case ast.Constant(value=int(number)):
            yield "constant", ast.Constant(number + 1)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            if not any(isinstance(side, ast.Tuple | ast.JoinedStr) for side in (node.left, node.right)):
                other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
                yield "+/-", ast.BinOp(node.left, other, node.right)
        case ast.Attribute(value=ast.Name(id=enum), attr=name):
            members = known.members.get(enum, [])
            yield from (("member", ast.Attribute(node.value, m)) for m in members if name in members and m != name)


def _edits_of_calls(node: ast.AST, known: Known) -> Edits:
    if not isinstance(node, ast.Call):
        return
    name = ast.unparse(node.func)
    if name in ("min", "max"):
        yield "min/max", ast.Call(ast.Name("max" if name == "min" else "min"), node.args, node.keywords)
    for keyword in node.keywords:
        if keyword.arg and (name == "replace" or keyword.arg in known.defaults.get(name, ())):
            rest = [each for each in node.keywords if each is not keyword]
            yield "argument", ast.Call(node.func, node.args, rest)


class _Swap(ast.NodeTransformer):
    """Puts one node in the place of another; the other way round, it restores everything."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def changes(place: ast.stmt, known: Known) -> Iterator[tuple[str, str]]:
    """What a statement could say instead by a small mistake, each with the kind of that mistake."""
    for node in [*ast.walk(header(place) or place)]:
        for kind, new in (*_edits_of_logic(node), *_edits_of_values(node, known), *_edits_of_calls(node, known)):
            _Swap(node, new).visit(place)
            yield kind, text(place)
            _Swap(new, node).visit(place)
    if isinstance(place, ast.If) and not isinstance(place.test, ast.Compare | ast.UnaryOp):
        yield "condition", f"if not ({ast.unparse(place.test)}):"
    if isinstance(place, ast.Raise) and "Refusal(" in text(place):
        yield "refusal", "pass"
