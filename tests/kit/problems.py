"""What is wrong with a Dart file of the kit, as sentences; none for a file that is right."""

from __future__ import annotations

from collections.abc import Iterator

from payments.endpoints.callables import CALLABLES

from . import contract, reading
from .flow import Read, flow_of
from .reading import Call, Comparison, Write
from .tree import DartFile, walk


def problems(file: DartFile) -> list[str]:
    syntax = list(_syntax(file))
    return syntax or [*_calls(file), *_reads(file), *_comparisons(file), *_firestore(file)]


def _syntax(file: DartFile) -> Iterator[str]:
    for node in walk(file.root):
        if node.type == "ERROR" or node.is_missing:
            yield f"line {node.start_point[0] + 1}: not Dart"


def _calls(file: DartFile) -> Iterator[str]:
    for call in reading.calls(file):
        if call.name not in CALLABLES:
            yield f"there is no callable {call.name}"
            continue
        yield from _call(call)


def _call(call: Call) -> Iterator[str]:
    if call.region not in contract.regions():
        yield f"{call.name} is not deployed in {call.region}"
    for field in sorted(call.sent - CALLABLES[call.name].fields.keys()):
        yield f"{call.name} takes no {field}"
    for field in sorted(contract.required(call.name) - call.always):
        yield f"{call.name} is called without {field}"
    if not call.is_bounded:
        yield f"{call.name} is called without a limit of time"


def _reads(file: DartFile) -> Iterator[str]:
    for read in flow_of(file).reads:
        if problem := _read(read):
            yield f"line {read.line}: {problem}"


def _read(read: Read) -> str | None:
    if len(read.origins) != 1:
        return f"{read.field} is read from something that is not known"
    (origin,) = read.origins
    if read.field in contract.fields_of(origin):
        return None
    return f"{origin.kind} {origin.name} has no {read.field}"


def _comparisons(file: DartFile) -> Iterator[str]:
    for comparison in reading.comparisons(file):
        if not _is_possible(comparison):
            yield f"never true: {comparison.source}"


def _is_possible(comparison: Comparison) -> bool:
    return comparison.value in contract.values_of(comparison.field, comparison.origin)


def _firestore(file: DartFile) -> Iterator[str]:
    for collection in sorted(reading.collections(file) - contract.collections()):
        yield f"the rules know no {collection}"
    for write in reading.writes(file):
        yield from _write(write)
    for name in reading.unbounded(file):
        yield f"{name}: awaited without a limit of time"


def _write(write: Write) -> Iterator[str]:
    allowed = contract.writable().get((write.collection, write.method))
    if write.fields != allowed:
        yield f"the rules refuse {write.method} of {', '.join(sorted(write.fields))} in {write.collection}"
