"""The names in a Dart file of the kit that the server does not have, as sentences; none for a file that is right."""

from __future__ import annotations

from collections.abc import Iterator

from payments.endpoints.callables import CALLABLES

from . import contract
from .source import DartFile


def problems(file: DartFile) -> list[str]:
    return [*_callables(file), *_fields(file), *_comparisons(file), *_collections(file)]


def _callables(file: DartFile) -> Iterator[str]:
    for name in file.callables:
        if name not in CALLABLES:
            yield f"there is no callable {name}"
    for region in file.regions:
        if region not in contract.regions():
            yield f"nothing is deployed in {region or 'the default region'}"


def _fields(file: DartFile) -> Iterator[str]:
    there = contract.details().union(
        *(contract.answer(name) for name in file.callables if name in CALLABLES),
        *(contract.fields_of(collection) for collection in file.collections),
    )
    for field in file.reads:
        if field not in there:
            yield f"there is no field {field}"


def _comparisons(file: DartFile) -> Iterator[str]:
    for field, value in file.compared:
        if value not in contract.values_of(field):
            yield f"{field} is never {value}"


def _collections(file: DartFile) -> Iterator[str]:
    for collection in file.collections:
        if collection not in contract.collections():
            yield f"the rules know no {collection}"
