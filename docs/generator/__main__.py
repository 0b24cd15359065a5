"""`python -m docs.generator`, with `functions` on the PYTHONPATH: write what the code says into `docs/reference`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from docs.generator.blocks import DOCS, pages
from docs.generator.product import ROOT


def main() -> int:
    """Return 0; with `--check` 1 if a page is not what the code says."""
    parser = ArgumentParser(prog="python -m docs.generator", description="Write the reference.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something has changed")
    is_check = parser.parse_args().check
    wanted = {path: page for language in DOCS for path, page in pages(language).items()}
    stale = [path for path, page in wanted.items() if not path.exists() or path.read_text() != page]
    for path in stale:
        if not is_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path])
        print(f"{path.relative_to(ROOT)} {'is not what the code says: run make docs' if is_check else 'written'}")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
