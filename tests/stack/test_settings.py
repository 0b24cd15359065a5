"""What a run of the stack is told: its ports, its parameters, its Stripe; and what it never gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulators.stack.stripe_settings import StripeSettings, stripe_settings
from emulators.stack.workspace import ROOT, WELL_KNOWN, choose_ports, fill_workspace, write_settings


def filled(tmp_path: Path, stripe: StripeSettings, *, live: bool = False, **params: str) -> Path:
    """A workspace for functions that hold a developer's own secrets."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("main.py", ".env", ".env.local", ".secret.local"):
        (source / name).write_text("a developer's own")
    folder = tmp_path / "run"
    folder.mkdir()
    fill_workspace(folder, source, live=live)
    write_settings(folder, choose_ports(well_known=False), stripe, params)
    return folder


def test_without_a_key_the_stack_talks_to_the_stripe_emulator() -> None:
    settings = stripe_settings(4243, environ={})

    assert settings.api_url == "http://127.0.0.1:4243"
    assert not settings.is_test_mode


def test_a_test_key_means_stripes_test_mode(tmp_path: Path) -> None:
    settings = stripe_settings(4243, environ={"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"})

    folder = filled(tmp_path, settings)

    assert settings.is_test_mode
    assert 'STRIPE_API_BASE=""\n' in (folder / "functions" / ".env.local").read_text()
    assert (folder / "functions" / ".secret.local").read_text() == (
        'STRIPE_SECRET_KEY="sk_test_1"\nSTRIPE_WEBHOOK_SECRET="whsec_1"\n'
    )


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "whatever"])
def test_a_key_that_is_no_test_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a test key"):
        stripe_settings(4243, environ={"STRIPE_SECRET_KEY": key})


def test_a_run_has_its_own_parameters_and_none_of_the_developers(tmp_path: Path) -> None:
    folder = filled(tmp_path, stripe_settings(4243, environ={}), SESSION_PRICE="3000")

    parameters = (folder / "functions" / ".env.local").read_text()

    assert (folder / "functions" / "main.py").read_text() == "a developer's own"
    assert 'SESSION_PRICE="3000"\n' in parameters
    assert "a developer's own" not in parameters
    assert not (folder / "functions" / ".env").exists()


@pytest.mark.parametrize("live", [True, False])
def test_an_edit_reaches_a_stack_that_is_live_and_no_other(tmp_path: Path, live: bool) -> None:  # noqa: FBT001
    folder = filled(tmp_path, stripe_settings(4243, environ={}), live=live)

    (tmp_path / "source" / "main.py").write_text("edited")

    assert ((folder / "functions" / "main.py").read_text() == "edited") is live


def test_the_well_known_ports_are_those_of_firebase_json() -> None:
    emulators = json.loads((ROOT / "firebase.json").read_text())["emulators"]

    ports = {
        name: settings["port"]
        for name, settings in emulators.items()
        if isinstance(settings, dict) and "port" in settings
    }

    assert ports == {name: getattr(WELL_KNOWN, name) for name in ports}


def test_the_default_project_is_one_that_can_reach_nothing_live() -> None:
    projects = json.loads((ROOT / ".firebaserc").read_text())["projects"]

    assert projects["default"].startswith("demo-")
