"""`python -m tests.mutation draw | check | run`: do the tests notice small mistakes in the rules and use cases?

`sample.json` keeps the mistakes, so that the same ones can be tried before and after the code is reorganised. `run`
makes each in a copy of the checkout, never in the checkout itself, and takes about ten seconds for each.
"""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests.mutation.mutants import Known, Lost, Mutant, applied, cells, changes, functions, statements, text

SAMPLE = Path(__file__).with_name("sample.json")
#: Folders and modules of `payments` that decide nothing.
LEFT_OUT = """
adapters commands endpoints chat.port shop.port jobs.port push.port core.logs config wiring
"""
MOST_IN_A_FUNCTION = 2
CELLS = 18  # one in so many mutants is a cell of a table
#: Seconds for one mutant's tests; after that it counts as killed, because it made them hang.
LONGEST = {"unit": 600, "engine": 900}
#: One failure is enough: Hypothesis does not look for a smaller one, nor remember it for the next mutant.
CONFTEST = """
from hypothesis import Phase
settings.register_profile(
    "mutation", settings.get_profile("paid-chat"), database=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("mutation")
"""

say = partial(print, flush=True)


def stored() -> list[Mutant]:
    """The sample."""
    return [Mutant(**each) for each in json.loads(SAMPLE.read_text())]


def store(sample: list[Mutant]) -> None:
    """Write the sample, one mutant a line, without the fields that say nothing."""
    stated = [{name: value for name, value in asdict(each).items() if value} for each in sample]
    SAMPLE.write_text("[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in stated) + "\n]\n")


def is_left_out(module: str) -> bool:
    """Whether `draw` passes a module over."""
    return any(f"{module}.".startswith(f"payments.{name}.") for name in LEFT_OUT.split())


def in_tables(module: str, tree: ast.Module) -> Iterator[Mutant]:
    """Every cell with another target or code, taken from those in its table."""
    found = [*cells(tree)]
    firsts = {(name.partition("[")[0], text(call.func), text(call.args[0])) for name, call in found}
    for name, call in found:
        for table, kind, other in sorted(firsts):
            first = text(call.args[0])
            if (name.partition("[")[0], text(call.func)) == (table, kind) and other != first:
                change = text(call).replace(first, other, 1)
                yield Mutant(0, f"{module}:{name}", "table", text(call), change)


def in_functions(module: str, tree: ast.Module, known: Known) -> Iterator[Mutant]:
    """Every change in every function, except those of statements that their function says twice."""
    for name, function in functions(tree):
        places = [*statements(function.body)]
        said = Counter(map(text, places))
        for place in places:
            before, found = text(place), [*changes(place, known)]
            if isinstance(place, ast.Return) and place not in function.body:
                found.append(("return", "pass"))
            if said[before] == 1:
                yield from (Mutant(0, f"{module}:{name}", kind, before, change) for kind, change in found)


def draw(count: int, seed: int) -> None:
    """Draw a new sample: a few cells of the tables, and evenly over all functions, whatever their length."""
    files = sorted(Path("functions/payments").rglob("*.py"))
    trees = {".".join(file.with_suffix("").parts[1:]): ast.parse(file.read_text()) for file in files}
    chance, known, by_function = random.Random(seed), Known([*trees.values()]), dict[str, list[Mutant]]()
    drawn = chance.sample([cell for module, tree in trees.items() for cell in in_tables(module, tree)], count // CELLS)
    for module, tree in trees.items():
        if not is_left_out(module):
            for mutant in in_functions(module, tree, known):
                compile(applied(mutant.file.read_text(), mutant), mutant.file, "exec")
                by_function.setdefault(mutant.function, []).append(mutant)
    for _ in range(MOST_IN_A_FUNCTION):
        for found in chance.sample([*by_function.values()], len(by_function)):
            kind = chance.choice(sorted({mutant.kind for mutant in found}))
            left = [mutant for mutant in found if mutant.kind == kind and mutant not in drawn]
            drawn += chance.sample(left, 1) if left and len(drawn) < count else []
    drawn.sort(key=lambda mutant: (mutant.function, mutant.statement))
    for number, mutant in enumerate(drawn, 1):
        mutant.id = number
    store(drawn)
    say(f"{len(drawn)} mutants, of {len(by_function)} functions: {dict(Counter(mutant.kind for mutant in drawn))}")


def check() -> int:
    """Say which mutants have lost their place, and how many."""
    lost = 0
    for mutant in stored():
        try:
            compile(applied(mutant.file.read_text(), mutant), mutant.file, "exec")
        except (Lost, OSError, SyntaxError) as error:
            lost += 1
            say(f"{mutant.id} {mutant.function}: {error}: {mutant.statement}")
    say(f"{lost} have lost their place")
    return int(lost > 0)


def copy_to(folder: Path) -> Path:
    """Everything in the checkout that git does not ignore, with Hypothesis told to be brief."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in filter(os.path.isfile, names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, folder / name)
    (folder / "node_modules").symlink_to(Path("node_modules").resolve())
    with (folder / "tests/conftest.py").open("a") as conftest:
        conftest.write(CONFTEST)
    return folder


def tested(folder: Path, tests: list[str], seconds: int) -> str:
    """The first test that fails in a copy, or "" if none does. An interrupt lets the tests stop their engines."""
    shutil.rmtree(folder / ".hypothesis", ignore_errors=True)
    limit = ["timeout", "--signal=INT", "--kill-after=30", str(seconds)]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *tests]
    environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*limit, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return "" if done.returncode == 0 else failed[1] if failed else f"{done.returncode} {done.stdout[-200:]!r}"


def run(field: str, tests: str, only: set[int], workers: int) -> int:
    """Try each mutant in its worker's copy, and write down whether the tests killed it."""
    sample, folders = stored(), SimpleQueue[Path]()
    chosen = [each for each in sample if each.id in (only or {each.id}) and (field == "unit" or each.engine_tests)]
    arguments = {each.id: (tests if field == "unit" else each.engine_tests or "").split() for each in chosen}

    def attempt(mutant: Mutant) -> str | None:
        folder, failed = folders.get(), None
        file = folder / mutant.file
        with suppress(Lost, OSError):
            source = file.read_text()
            file.write_text(applied(source, mutant))
            failed = tested(folder, arguments[mutant.id], LONGEST[field])
            file.write_text(source)
        folders.put(folder)
        return failed

    with ExitStack() as stack:
        for _ in range(workers):
            folders.put(copy_to(Path(stack.enter_context(TemporaryDirectory()))))
        folders.put(folder := folders.get())
        if failed := tested(folder, sorted({each for words in arguments.values() for each in words}), 3600):
            raise SystemExit(f"without any mutant {failed} fails")
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        for mutant, found in zip(chosen, pool.map(attempt, chosen), strict=True):
            setattr(mutant, field, None if found is None else "killed" if found else "survived")
            store(sample)
            say(f"{mutant.id} {mutant.function} {mutant.kind}: {getattr(mutant, field) or 'lost'} {found or ''}")
    say(f"{field}: {dict(Counter(getattr(each, field) or 'lost' for each in chosen))}")
    return 0


def main() -> int:
    """Do what the command line asks for."""
    parser = ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("do", choices=["draw", "check", "run"])
    for name, number in {"--count": 150, "--seed": 1, "--workers": 2}.items():
        parser.add_argument(name, type=int, default=number)
    parser.add_argument("--only", default="", help="numbers of mutants, with commas")
    parser.add_argument("--tests", default="tests/unit", help="pytest's arguments")
    parser.add_argument("--engine", action="store_true", help="run each mutant's own engine_tests, if it has any")
    asked = parser.parse_args()
    if asked.do == "draw":
        draw(asked.count, asked.seed)
        return 0
    only = {int(number) for number in asked.only.split(",") if number}
    return (
        check() if asked.do == "check" else run("engine" if asked.engine else "unit", asked.tests, only, asked.workers)
    )


if __name__ == "__main__":
    raise SystemExit(main())
