"""The ports that firebase-tools gives to the functions' processes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from emulators.stack.firebase_suite import NODE_OPTIONS

ROOT = Path(__file__).parents[2]
#: Asked at once, then one after another; nobody listens on a port in between, as before a function has started.
ASK = """
const portfinder = require("portfinder");
const ask = () => portfinder.getPortPromise({ port: 8081 });
(async () => {
  const ports = await Promise.all(Array.from({ length: 10 }, ask));
  for (let n = 0; n < 10; n++) ports.push(await ask());
  console.log(JSON.stringify(ports));
})();
"""


def test_functions_that_start_at_once_get_a_port_each(environment: dict[str, str]) -> None:
    environment["NODE_OPTIONS"] = " ".join(NODE_OPTIONS)

    asked = subprocess.run(["node", "-e", ASK], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)

    found: list[int] = json.loads(asked.stdout)
    assert len(set(found)) == len(found) == 20
