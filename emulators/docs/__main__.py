"""`python -m emulators.docs`, with `functions` on the PYTHONPATH: write what the code says into the READMEs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from emulators.docs.blocks import READMES, render


def main() -> int:
    """Return 0; with `--check` 1 where a README is not what the code says."""
    parser = ArgumentParser(prog="python -m emulators.docs", description="Write the generated parts of the READMEs.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something has changed")
    is_check = parser.parse_args().check
    stale = []
    for language, readme in READMES.items():
        before = readme.read_text()
        after = render(before, language)
        if after != before:
            stale.append(readme.name)
            if not is_check:
                readme.write_text(after)
    for name in stale:
        print(f"{name} {'is not what the code says: run make docs' if is_check else 'brought up to date'}")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
