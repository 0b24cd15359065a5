"""A wrong deployment fails loudly and closed: each parameter is named, its value never."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from payments import config, wiring
from payments.core.refusals import NotConfigured
from payments.stripe_model.events import BadWebhook

GOOD = {
    "STRIPE_SECRET_KEY": "sk_test_good",
    "STRIPE_WEBHOOK_SECRET": "whsec_good",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_good",
    "APP_NAME": "paid-chat",
}
SWITCHES = ["ENFORCE_APP_CHECK", "ADAPTIVE_PRICING"]
OF_CHATS = ["SESSION_PRICE", "SESSION_CURRENCY", "SESSION_MINUTES", "HOLD_HOURS"]
OPTIONAL = [*OF_CHATS, *SWITCHES, "STRIPE_RATE", "STRIPE_API_BASE", "APP_BASE_URL", "THREADS"]
OF_PUSHES = ["FCM_API_BASE", "PUSH_PAGE", "GCLOUD_PROJECT"]
BASE = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def deployment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A deployment that is as it should be, with the defaults; tests break one thing of it."""
    for name in [*OPTIONAL, *OF_PUSHES, "K_SERVICE", "FUNCTIONS_EMULATOR"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def wrong_names() -> list[str]:
    """What the deployment is told is wrong with it."""
    try:
        config.check_config()
    except NotConfigured as error:
        return str(error).split(", ")
    return []


def test_the_defaults_three_keys_and_a_name_are_enough() -> None:
    """C-07."""
    assert wrong_names() == []


WRONG = [
    ("STRIPE_SECRET_KEY", ["", " ", "pk_test_x", "whsec_x", "sk_prod_x", "SK_TEST_X"]),
    ("STRIPE_PUBLISHABLE_KEY", ["", "sk_test_x", "pk_live_x", "pk_prod_x"]),
    ("APP_BASE_URL", ["shop.example", "ftp://shop.example", "https://", "https://a b", "https://shop.example/?a=1"]),
    ("SESSION_PRICE", ["0", "-5000", "49", "100000000", "5000.5", "", "a lot", "１,000"]),
    ("SESSION_CURRENCY", ["", "JPY", "jp", "yen!", "円円円", "j y", "jpyy", "zzz", "yen"]),
    ("SESSION_MINUTES", ["0", "-30", "1441", "half"]),
    ("HOLD_HOURS", ["0", "97", "168", "-1", "x"]),
    ("STRIPE_RATE", ["0", "-20", "101", "fast"]),
    ("APP_NAME", ["", " ", "a/b", "相談", "x" * 129]),
    ("ENFORCE_APP_CHECK", ["1", "yes", "on", "ture", "true ", "'true'", "True", "0", "no", ""]),
    ("ADAPTIVE_PRICING", ["1", "yes", "ture", ""]),
    ("THREADS", ["0", "-1", "many", "", "1001", "４"]),
]


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG for value in values])
def test_a_wrong_parameter_is_named(deployment: pytest.MonkeyPatch, name: str, value: str) -> None:
    deployment.setenv(name, value)

    assert wrong_names() == [name]


RIGHT = [
    ("APP_BASE_URL", ["", " ", "https://shop.example", "https://shop.example/shop/", "http://127.0.0.1:5000"]),
    ("SESSION_PRICE", ["50", "99999999"]),
    ("SESSION_CURRENCY", ["usd", "eur"]),
    ("ENFORCE_APP_CHECK", ["true", "false"]),
    ("ADAPTIVE_PRICING", ["true", "false"]),
    ("THREADS", ["1", "80"]),
    ("SESSION_MINUTES", ["1", "1440"]),
    ("HOLD_HOURS", ["1", "96"]),
    ("STRIPE_RATE", ["1", "100"]),
    ("APP_NAME", ["staging", "example.com:project", "x" * 128]),
]


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT for value in values])
def test_a_parameter_may_be_changed_within_its_limits(deployment: pytest.MonkeyPatch, name: str, value: str) -> None:
    """H-08, H-11."""
    deployment.setenv(name, value)

    assert wrong_names() == []


@pytest.mark.parametrize(
    ("currency", "price", "is_taken"),
    [("gbp", 29, False), ("gbp", 30, True), ("czk", 1499, False), ("kwd", 1005, False), ("kwd", 1000, True)],
)
def test_a_price_is_one_that_stripe_takes_in_its_currency(
    deployment: pytest.MonkeyPatch,
    currency: str,
    price: int,
    is_taken: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """H-08: Stripe would refuse every hold, and the payer would be told of an outage."""
    deployment.setenv("SESSION_CURRENCY", currency)
    deployment.setenv("SESSION_PRICE", str(price))

    assert wrong_names() == ([] if is_taken else ["SESSION_PRICE"])


def test_everything_wrong_is_named_at_once(deployment: pytest.MonkeyPatch) -> None:
    """One deployment, one list, not one deployment for each mistake."""
    for name, values in WRONG:
        deployment.setenv(name, values[0])

    assert sorted(wrong_names()) == sorted(name for name, _ in WRONG)


@pytest.mark.parametrize("name", ["STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY"])
def test_a_missing_key_is_named(deployment: pytest.MonkeyPatch, name: str) -> None:
    deployment.delenv(name)

    assert name in wrong_names()


@pytest.mark.parametrize(("secret", "publishable"), [("sk_live_x", "pk_test_x"), ("rk_test_x", "pk_live_x")])
def test_a_live_key_beside_a_test_key_is_refused(deployment: pytest.MonkeyPatch, secret: str, publishable: str) -> None:
    """The app would pay in one world what the functions hold in the other."""
    deployment.setenv("STRIPE_SECRET_KEY", secret)
    deployment.setenv("STRIPE_PUBLISHABLE_KEY", publishable)

    assert wrong_names() == ["STRIPE_PUBLISHABLE_KEY"]


@pytest.mark.parametrize("prefix", ["sk_live_", "rk_live_"])
def test_another_stripe_is_refused_with_a_live_key(deployment: pytest.MonkeyPatch, prefix: str) -> None:
    """A live key must never be sent anywhere but to Stripe."""
    deployment.setenv("STRIPE_SECRET_KEY", f"{prefix}x")
    deployment.setenv("STRIPE_PUBLISHABLE_KEY", "pk_live_x")
    assert wrong_names() == []

    deployment.setenv("STRIPE_API_BASE", BASE)

    assert wrong_names() == ["STRIPE_API_BASE"]


@pytest.mark.parametrize(
    ("environment", "refused"),
    [
        ({}, False),
        ({"K_SERVICE": "f", "FUNCTIONS_EMULATOR": "true"}, False),
        ({"K_SERVICE": "f"}, True),
        ({"K_SERVICE": "f", "FUNCTIONS_EMULATOR": "false"}, True),
    ],
)
def test_another_stripe_is_refused_where_it_is_deployed(
    deployment: pytest.MonkeyPatch,
    environment: dict[str, str],
    refused: bool,  # noqa: FBT001 - a column of the table
) -> None:
    deployment.setenv("STRIPE_API_BASE", BASE)
    for name, value in environment.items():
        deployment.setenv(name, value)

    assert wrong_names() == (["STRIPE_API_BASE"] if refused else [])


SECRET = "sk_test_51Gsov2AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"
OURS = "pk_test_51Gsov2AbCdEfGhIj9876543210zYxWvUtSrQpOnMlK"
ANOTHERS = "pk_test_51Hzzz9AbCdEfGhIj9876543210zYxWvUtSrQpOnMlK"
DOUBTFUL = [
    ("a test key, deployed", {"K_SERVICE": "f"}, ["STRIPE_SECRET_KEY is a test key: nobody pays"]),
    ("a test key on a laptop", {}, []),
    ("a live key", {"K_SERVICE": "f", "STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_PUBLISHABLE_KEY": "pk_live_x"}, []),
    ("keys of one account", {"STRIPE_SECRET_KEY": SECRET, "STRIPE_PUBLISHABLE_KEY": OURS}, []),
    ("an old key", {"STRIPE_SECRET_KEY": SECRET, "STRIPE_PUBLISHABLE_KEY": "pk_test_TYooMQauvdEDq54NiTphI7jx"}, []),
    (
        "keys of two accounts",
        {"STRIPE_SECRET_KEY": SECRET.replace("sk", "rk"), "STRIPE_PUBLISHABLE_KEY": ANOTHERS},
        ["STRIPE_PUBLISHABLE_KEY looks like another account's: with it nobody could pay"],
    ),
]


@pytest.mark.parametrize(("environment", "said"), [row[1:] for row in DOUBTFUL], ids=[row[0] for row in DOUBTFUL])
def test_what_may_be_meant_is_said_once_and_not_refused(
    deployment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: dict[str, str], said: list[str]
) -> None:
    """A staging project lives on test keys; that keys of one account are alike is nowhere promised."""
    config.warn_of_config.cache_clear()
    for name, value in environment.items():
        deployment.setenv(name, value)

    config.warn_of_config()
    config.warn_of_config()

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert lines == [{"severity": "WARNING", "message": "doubtful configuration", "problem": each} for each in said]
    assert wrong_names() == []


def test_a_wrong_value_is_never_shown(deployment: pytest.MonkeyPatch) -> None:
    """A secret is easily put into the field beside it."""
    for name in [*GOOD, *OPTIONAL]:
        deployment.setenv(name, "sk_live_hush hush")

    with pytest.raises(NotConfigured) as error:
        config.check_config()

    assert "hush" not in str(error.value)


def test_nothing_is_built_on_a_wrong_configuration(deployment: pytest.MonkeyPatch) -> None:
    deployment.delenv("STRIPE_SECRET_KEY")

    with pytest.raises(NotConfigured, match="STRIPE_SECRET_KEY"):
        wiring.job_deps.__wrapped__()


@pytest.mark.parametrize("name", [None, "", " "])
def test_a_deployment_is_named_after_its_project(deployment: pytest.MonkeyPatch, name: str | None) -> None:
    """Several projects may share one Stripe account; each has to know its own money."""
    deployment.setenv("GCLOUD_PROJECT", "my-project")
    if name is None:
        deployment.delenv("APP_NAME")
    else:
        deployment.setenv("APP_NAME", name)

    assert (config.app_name(), wrong_names()) == ("my-project", [])


def test_what_is_configured_is_what_is_sold(deployment: pytest.MonkeyPatch) -> None:
    """H-08, H-11."""
    settings = {"SESSION_PRICE": "1200", "SESSION_CURRENCY": "usd", "SESSION_MINUTES": "45", "HOLD_HOURS": "48"}
    for name, value in settings.items():
        deployment.setenv(name, value)
    deployment.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1")
    deployment.setenv("GOOGLE_CLOUD_PROJECT", "demo-wiring")

    deps = wiring.job_deps.__wrapped__()

    terms = deps.chat.terms
    assert (terms.price, terms.currency, terms.minutes, terms.hold) == (1200, "usd", 45, timedelta(hours=48))
    assert deps.livemode is False


PUSHES = [
    ("in production", {"GCLOUD_PROJECT": "p", "K_SERVICE": "f"}, None),
    ("under the emulators", {"GCLOUD_PROJECT": "p", "FCM_API_BASE": BASE}, None),
    ("another FCM, deployed", {"GCLOUD_PROJECT": "p", "FCM_API_BASE": BASE, "K_SERVICE": "f"}, "FCM_API_BASE"),
    ("no project", {}, "GCLOUD_PROJECT"),
    ("no page", {"GCLOUD_PROJECT": "p", "PUSH_PAGE": ""}, "PUSH_PAGE"),
    ("not a page", {"GCLOUD_PROJECT": "p", "PUSH_PAGE": "/dm room"}, "PUSH_PAGE"),
]


@pytest.mark.parametrize(("environment", "wrong"), [row[1:] for row in PUSHES], ids=[row[0] for row in PUSHES])
def test_pushes_go_to_google_wherever_it_is_deployed(
    deployment: pytest.MonkeyPatch, environment: dict[str, str], wrong: str | None
) -> None:
    """A token of a person's device must never be sent to anybody else; no secret of Stripe's is needed for it."""
    deployment.delenv("STRIPE_SECRET_KEY")
    for name, value in {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:1", "GOOGLE_CLOUD_PROJECT": "p", **environment}.items():
        deployment.setenv(name, value)

    if wrong is None:
        assert wiring.push_deps.__wrapped__().page == "DMRoom"
    else:
        with pytest.raises(NotConfigured, match=f"^{wrong}$"):
            wiring.push_deps.__wrapped__()


@pytest.mark.parametrize(("secret", "is_said"), [("whsec_a, whsec_b", False), ("whsec_a,sk_test_x", True)])
def test_what_is_no_webhook_secret_is_said(
    deployment: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    secret: str,
    is_said: bool,  # noqa: FBT001 - a column of the table
) -> None:
    deployment.setenv("STRIPE_WEBHOOK_SECRET", secret)

    wiring.webhook_reader.__wrapped__()

    log = capsys.readouterr().err
    assert ('"CRITICAL", "message": "not configured"' in log) is is_said
    assert "sk_test_x" not in log


@pytest.mark.parametrize("secret", ["", ",", " , "])
def test_without_a_webhook_secret_every_event_is_refused(deployment: pytest.MonkeyPatch, secret: str) -> None:
    """C-06: failing open would let anybody open chats."""
    deployment.setenv("STRIPE_WEBHOOK_SECRET", secret)

    with pytest.raises(BadWebhook, match="no webhook secret"):
        wiring.webhook_reader.__wrapped__()(b"{}", "t=1,v1=0")
