"""`python -m emulators.stack`: start the local stack and keep it running."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser

from emulators.stack.engine_choice import EngineNotFoundError
from emulators.stack.processes import StartFailedError, exit_on_sigterm
from emulators.stack.stack import describe, running_stack
from emulators.stack.workspace import PARAMS


def main() -> int:
    """Keeps the stack running until Ctrl-C or SIGTERM. The functions' parameters can be given in the environment."""
    arguments = ArgumentParser(prog="python -m emulators.stack", description=main.__doc__)
    arguments.add_argument("--free-ports", action="store_true", help="take any free ports, not firebase-tools' own")
    well_known_ports = not arguments.parse_args().free_ports
    exit_on_sigterm()
    params = {name: os.environ[name] for name in PARAMS if name in os.environ}
    try:
        with running_stack(params=params, well_known_ports=well_known_ports, live=True, say=print) as stack:
            print(f"The stack is running; Ctrl-C stops it.\n\n{describe(stack)}\n", flush=True)
            return stack.firebase.wait()
    except KeyboardInterrupt:
        print("Stopped.")
        return 0
    except (EngineNotFoundError, StartFailedError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
