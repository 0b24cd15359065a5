"""The file of parameters to copy has all of them, so that the Firebase CLI asks for none and does not stop in CI."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any, Final

import pytest
from firebase_functions.params import BoolParam, IntParam, StringParam

from docs.generator.product import ROOT
from docs.generator.product import settings as declared
from payments import config

EXAMPLE: Final = ROOT / "functions" / ".env.example"
#: Read by the server itself: no parameter, so the CLI does not ask for it.
OF_THE_SERVER: Final = {"THREADS"}
TYPES: Final[dict[type[Any], str]] = {StringParam: "string", IntParam: "int", BoolParam: "boolean"}

#: What `firebase deploy` does with the file: it reads it, and resolves the parameters without anybody to ask.
FIREBASE_TOOLS: Final = """
const lib = process.cwd() + "/node_modules/firebase-tools/lib/";
const { parseStrict } = require(lib + "functions/env.js");
const { envWithTypes } = require(lib + "deploy/functions/build.js");
const { resolveParams } = require(lib + "deploy/functions/params.js");
const { params, texts } = JSON.parse(require("fs").readFileSync(0));
const firebaseConfig = { projectId: "demo-x" };
const resolved = (text) => {
  const userEnvs = envWithTypes(params, parseStrict(text));
  return resolveParams({ params, firebaseConfig, codebase: "paid-chat", nonInteractive: true, userEnvs }).then(
    ({ paramValues }) => Object.fromEntries(params.map(({ name }) => [name, paramValues[name].toString()])),
    (error) => error.message);
};
Promise.all(texts.map(resolved)).then((found) => console.log(JSON.stringify(found)));
"""


def in_the_example() -> dict[str, str]:
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def resolved(*texts: str) -> list[Any]:
    """For each of these files the values that the CLI resolves, or what it says if it stops."""
    found: list[Any] = [value for value in vars(config).values() if isinstance(value, tuple(TYPES))]
    params = [{"name": each.name, "type": TYPES[type(each)], "default": each.default} for each in found]
    command = ["node", "-e", FIREBASE_TOOLS]
    sent = json.dumps({"params": params, "texts": texts})
    done = subprocess.run(command, input=sent, cwd=ROOT, text=True, capture_output=True, check=True)
    answers: list[Any] = json.loads(done.stdout)
    return answers


def test_the_example_has_every_parameter_with_its_default() -> None:
    params = {each.name: each.default for each in declared() if not each.is_secret}
    given = in_the_example()

    assert {name: value for name, value in given.items() if name not in OF_THE_SERVER} == params
    assert given.keys() == {*params, *OF_THE_SERVER}


def test_a_deployment_with_the_example_asks_for_nothing() -> None:
    (values,) = resolved(EXAMPLE.read_text())

    assert values == {name: value for name, value in in_the_example().items() if name not in OF_THE_SERVER}


def test_a_line_that_is_missing_stops_a_deployment_in_ci() -> None:
    """The SDK's defaults are not the CLI's: without this, the test above would prove nothing."""
    names = [each.name for each in declared() if not each.is_secret]
    texts = [re.sub(rf"^{name}=.*$", "", EXAMPLE.read_text(), flags=re.MULTILINE) for name in names]

    said = [each.splitlines()[0].rpartition("environment variables: ")[2] for each in resolved(*texts)]

    assert said == names


def test_what_the_example_says_is_taken_once_the_keys_are_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**in_the_example(), "STRIPE_SECRET_KEY": "sk_live_x", "K_SERVICE": "f"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("STRIPE_PUBLISHABLE_KEY", "pk_live_x")
    monkeypatch.setenv("GCLOUD_PROJECT", "p")

    config.check_config()
    config.check_push_config()
