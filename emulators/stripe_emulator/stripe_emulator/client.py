"""A small typed client of the emulator's control API, for tests and for the demo."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import requests

Json = dict[str, Any]
Value: TypeAlias = Any
LONG_WAIT = 60.0


class ControlError(Exception):
    """The control API refused a command."""


class StripeControl:
    """Commands to a running Stripe emulator. Every method raises ControlError where the emulator refuses."""

    def __init__(self, url: str) -> None:
        self._base = url.rstrip("/") + "/_emulator"
        self._session = requests.Session()
        self._session.trust_env = False

    def _send(self, method: str, path: str, body: Json | None = None) -> Json:
        answer = self._session.request(method, self._base + path, json=body, timeout=2 * LONG_WAIT)
        if not answer.ok:
            raise ControlError(f"{method} {path}: {answer.status_code} {answer.text}")
        decoded: Json = answer.json()
        return decoded

    def health(self) -> Json:
        """`{"status": "ok", …}`."""
        return self._send("GET", "/health")

    def reset(self) -> None:
        """Back to an empty account."""
        self._send("POST", "/reset")

    def settings(self, **changes: Value) -> Json:
        """Change `country`, `capture_window` (seconds or None), `legacy_release_events`, `latency` (seconds).

        Also `request_three_d_secure` (the Radar rule that asks for 3-D Secure where a card supports it) and `konbini`
        (whether the account offers it).
        """
        return self._send("POST", "/settings", changes)

    def now(self) -> int:
        """The account's time, unix seconds."""
        return int(self._send("GET", "/clock")["now"])

    def advance_clock(self, seconds: float) -> int:
        """Let time pass; what falls due happens. Answers the new time."""
        return int(self._send("POST", "/clock", {"advance": seconds})["now"])

    def set_clock(self, now: float) -> int:
        """Move the account's time forward to unix seconds. Answers the new time."""
        return int(self._send("POST", "/clock", {"now": now})["now"])

    def fault(
        self,
        kind: str,
        method: str = "*",
        path: str = "*",
        times: int = 1,
        **details: Value,
    ) -> None:
        """Arm a fault for the next `times` requests that match; `path` is a glob such as `*/capture`."""
        self._send("POST", "/faults", {"kind": kind, "method": method, "path": path, "times": times, **details})

    def faults(self) -> list[Json]:
        """The faults that still wait for their requests."""
        found: list[Json] = self._send("GET", "/faults")["faults"]
        return found

    def clear_faults(self) -> None:
        """Disarm all faults, and end the delays that are under way."""
        self._send("DELETE", "/faults")

    def webhooks(self, **switches: Value) -> Json:
        """Set `mode` ("deliver", "hold"), `duplicate` (n times each), `shuffle` (a seed, None), `parallel` (1 to 8)."""
        return self._send("POST", "/webhooks", switches)

    def flush_webhooks(self, order: list[str] | None = None, timeout: float = LONG_WAIT, **shuffle: int | None) -> int:
        """Deliver what is held and wait until that is done. Answers how many deliveries are still on their way."""
        body: Json = {"timeout": timeout, **shuffle, **({"order": order} if order is not None else {})}
        return int(self._send("POST", "/webhooks/flush", body)["pending"])

    def drop_webhooks(self) -> int:
        """Lose what is held. Answers how many were lost."""
        return int(self._send("POST", "/webhooks/drop")["dropped"])

    def wait_webhooks(self, timeout: float = LONG_WAIT) -> int:
        """Block until every webhook is delivered or given up. Answers how many still are on their way."""
        return int(self._send("POST", "/webhooks/wait", {"timeout": timeout})["pending"])

    def deliveries(self) -> list[Json]:
        """The log of deliveries: event, type, object, target, url, attempt, status."""
        found: list[Json] = self._send("GET", "/webhooks")["deliveries"]
        return found

    def held_webhooks(self) -> list[Json]:
        """The held events: id and type, oldest first."""
        found: list[Json] = self._send("GET", "/webhooks")["held"]
        return found

    def pay(
        self,
        client_secret: str,
        card: str = "4242424242424242",
        authenticate: Literal["succeed", "fail"] | None = None,
        **details: Value,
    ) -> Json:
        """Pay as the PaymentSheet would: `{"status", "error", "payment_intent"}`; `exp` and `cvc` may be given."""
        body = {"client_secret": client_secret, "card": card, "authenticate": authenticate, **details}
        return self._send("POST", "/pay", body)

    def authenticate(self, payment_intent: str, outcome: Literal["succeed", "fail"]) -> Json:
        """Answer an open 3-D Secure challenge."""
        return self._send("POST", "/authenticate", {"payment_intent": payment_intent, "outcome": outcome})

    def expire_authorization(self, payment_intent: str) -> Json:
        """Let a hold run out now."""
        return self._send("POST", "/expire_authorization", {"payment_intent": payment_intent})

    def pay_checkout(
        self,
        session: str,
        card: str = "4242424242424242",
        authenticate: Literal["succeed", "fail"] | None = None,
        **details: Value,
    ) -> Json:
        """Pay a Checkout Session without a browser: `{status, payment_status, payment_intent, error, redirect}`.

        `method` ("card", "konbini"), `exp`, `cvc`, `email` and `name` may be given.
        """
        body = {"card": card, "authenticate": authenticate, **details}
        return self._send("POST", f"/checkout/{session}/pay", body)

    def settle_konbini(self, payment_intent: str, outcome: Literal["processing", "succeed", "fail"]) -> Json:
        """The store reports on a payment that waits: on its way, paid, or never paid."""
        return self._send("POST", f"/konbini/{payment_intent}/settle", {"outcome": outcome})

    def name_refund_reference(self, refund: str) -> Json:
        """The bank names its reference: `refund.updated` and `charge.refund.updated`."""
        return self._send("POST", f"/refunds/{refund}/reference")

    def settle_refund(self, refund: str, status: Literal["succeeded", "failed"]) -> Json:
        """The bank's answer to a refund."""
        return self._send("POST", f"/refunds/{refund}/settle", {"status": status})

    def dispute(
        self, charge: str, status: str = "needs_response", reason: str = "fraudulent", amount: int | None = None
    ) -> Json:
        """Open a dispute (or, with `warning_needs_response`, an inquiry) over all of a charge or an amount."""
        body = {"charge": charge, "status": status, "reason": reason, "amount": amount}
        return self._send("POST", "/disputes", body)

    def move_dispute(self, dispute: str, status: str) -> Json:
        """To `under_review` and back; an inquiry also to `needs_response`, which takes the money."""
        return self._send("POST", f"/disputes/{dispute}/move", {"status": status})

    def close_dispute(self, dispute: str, status: Literal["won", "lost", "warning_closed"]) -> Json:
        """The bank's decision."""
        return self._send("POST", f"/disputes/{dispute}/close", {"status": status})

    def warn_of_fraud(self, charge: str, fraud_type: str = "unauthorized_use_of_card") -> Json:
        """The issuer warns of a charge: `radar.early_fraud_warning.created`."""
        return self._send("POST", "/early_fraud_warnings", {"charge": charge, "fraud_type": fraud_type})

    def open_review(self, charge: str, opened_reason: Literal["rule", "manual"] = "rule") -> Json:
        """Radar asks a person to look at a payment: `review.opened`."""
        return self._send("POST", "/reviews", {"charge": charge, "opened_reason": opened_reason})

    def requests(self) -> list[Json]:
        """The log of API requests: id, method, path, params, idempotency_key, status, replayed, effect."""
        found: list[Json] = self._send("GET", "/requests")["requests"]
        return found

    def clear_requests(self) -> None:
        """Empty the log of API requests."""
        self._send("DELETE", "/requests")
