"""One API request from its bytes to its answer: key, version, faults, parameters, idempotency, execution, log."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from stripe_emulator import endpoints  # noqa: F401  (importing them registers them)
from stripe_emulator.account import API_VERSION, Account, Cause
from stripe_emulator.api.faults import EXECUTION, NETWORK_AFTER, NETWORK_BEFORE, ConnectionLost, Faults, refusal_before
from stripe_emulator.api.idempotency import Answer, Keys
from stripe_emulator.api.listing import expand
from stripe_emulator.api.params import decode
from stripe_emulator.api.routes import Call, Route, find
from stripe_emulator.errors import NotExecuted, Object, StripeRefusal, unsupported
from stripe_emulator.payment_intents.shape import public


@dataclass
class Request:
    """What came over the wire, and what the log will say of it."""

    method: str
    path: str
    pairs: list[tuple[str, str]]
    api_key: str | None = None
    version: str | None = None
    idempotency_key: str | None = None
    account: str | None = None
    id: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    replayed: bool = False
    effect: bool = False

    @property
    def publishable(self) -> bool:
        """Whether a client calls, not the server."""
        return (self.api_key or "").startswith("pk_")


class Pipeline:
    """Answers API requests against one account."""

    def __init__(self, account: Account, secret_key: str) -> None:
        self.account = account
        self.secret_key = secret_key
        self.keys = Keys()
        self.faults = Faults()
        self.log: list[Object] = []

    def answer(self, request: Request) -> Answer:
        """The answer, or ConnectionLost. Every request is logged, also those that get no answer."""
        request.id = "req_" + self.account.token(14)
        status: int | None = None
        try:
            answer = self._after_network(request, self._before_network(request))
            status = answer.status
            return answer
        finally:
            self._log(request, status)

    def _before_network(self, request: Request) -> Answer:
        time.sleep(self.account.settings.latency)
        fault = self.faults.take(NETWORK_BEFORE, request.method, request.path)
        if fault is None:
            return self._refused_or(request)
        if fault.kind == "drop_before":
            raise ConnectionLost
        if fault.kind == "delay_before":
            fault.delay()
            return self._refused_or(request)
        return self._refusal(request, refusal_before(fault))

    def _refused_or(self, request: Request) -> Answer:
        try:
            return self._dispatch(request)
        except StripeRefusal as refusal:
            return self._refusal(request, refusal)

    def _dispatch(self, request: Request) -> Answer:
        found = find(request.method, request.path)
        self._authenticate(request, for_clients=bool(found and found[0].for_clients))
        if request.version not in (None, API_VERSION):
            message = f"Invalid Stripe API version: {request.version}. This emulator answers as {API_VERSION}."
            raise NotExecuted(400, message)
        if request.account:
            raise unsupported("Stripe-Account")
        if found is None:
            message = f"Unrecognized request URL ({request.method}: {request.path})."
            raise NotExecuted(404, message)
        request.params = decode(request.pairs)
        route, identifier = found
        if request.method == "POST" and request.idempotency_key is not None:
            return self._once(request, route, identifier)
        return self._execute(request, route, identifier)

    def _authenticate(self, request: Request, *, for_clients: bool) -> None:
        key = request.api_key
        if not key:
            raise NotExecuted(401, "You did not provide an API key, in the Authorization header, using Bearer auth.")
        if request.publishable and key.startswith("pk_live_" if self.account.livemode else "pk_test_"):
            if not for_clients:
                message = "This API call cannot be made with a publishable API key. Please use a secret API key."
                raise NotExecuted(401, message, code="secret_key_required")
        elif key != self.secret_key:
            raise NotExecuted(401, f"Invalid API Key provided: {masked(key)}")

    def _once(self, request: Request, route: Route, identifier: str) -> Answer:
        key = request.idempotency_key or ""
        with self.account.acting():
            saved = self.keys.begin(key, request.id, request.path, request.params, self.account.now)
        if saved:
            request.replayed = True
            replay = {"Idempotent-Replayed": "true", "Original-Request": saved.headers["Request-Id"]}
            return Answer(saved.status, saved.body, {**saved.headers, **replay, "Request-Id": request.id})
        try:
            return self._execute(request, route, identifier)
        except BaseException:
            self.keys.release(key)
            raise

    def _execute(self, request: Request, route: Route, identifier: str) -> Answer:
        with self.account.acting(Cause(request.id, request.idempotency_key)) as account:
            call = Call(
                account, route.checked(request.params, publishable=request.publishable), identifier, request.publishable
            )
            fault = self.faults.take(EXECUTION, request.method, request.path)
            before = account.revision
            try:
                if fault and fault.kind != "server_error_after":
                    raise fault.refusal()
                answer = self._success(request, expand(account, route.handler(call), call.params.get("expand") or []))
                if fault:
                    raise fault.refusal()
            except NotExecuted:
                raise
            except StripeRefusal as refusal:
                answer = self._refusal(request, refusal)
            request.effect = account.revision != before
            return answer

    def _success(self, request: Request, made: Object) -> Answer:
        shown = public(made) if request.publishable else made
        return Answer(200, json.dumps(shown), {**self._headers(request), **self._final(request)})

    def _refusal(self, request: Request, refusal: StripeRefusal) -> Answer:
        error = dict(refusal.error)
        if request.publishable and "payment_intent" in error:
            error["payment_intent"] = public(error["payment_intent"])
        executed = refusal.status < 500 and not isinstance(refusal, NotExecuted)
        headers = {**self._headers(request), **(self._final(request) if executed else {}), **refusal.headers}
        if error.get("code") == "lock_timeout":
            del headers["Request-Id"]
        else:
            error["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request.id}"
        return Answer(refusal.status, json.dumps({"error": error}), headers)

    def _final(self, request: Request) -> dict[str, str]:
        """What tells the SDK that the answer stays the same, however often a write is repeated."""
        return {"Stripe-Should-Retry": "false"} if request.method == "POST" else {}

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"Request-Id": request.id, "Stripe-Version": API_VERSION}
        if request.method == "POST":
            headers["Original-Request"] = request.id
        if request.idempotency_key is not None and request.method == "POST":
            headers["Idempotency-Key"] = request.idempotency_key
        return headers

    def _after_network(self, request: Request, answer: Answer) -> Answer:
        fault = self.faults.take(NETWORK_AFTER, request.method, request.path)
        if fault and fault.kind == "delay_after":
            fault.delay()
        with self.account.lock:
            self.keys.finish(request.idempotency_key, request.id, answer)
        if fault and fault.kind == "drop_after":
            raise ConnectionLost
        return answer

    def _log(self, request: Request, status: int | None) -> None:
        entry = {
            "id": request.id,
            "method": request.method,
            "path": request.path,
            "params": request.params,
            "idempotency_key": request.idempotency_key,
            "status": status,
            "replayed": request.replayed,
            "effect": request.effect,
        }
        with self.account.lock:
            self.log.append(entry)


def masked(key: str) -> str:
    """An API key as Stripe shows it in errors: the prefix and the last four characters."""
    prefix = "_".join(key.split("_")[:2]) + "_" if key.count("_") >= 2 else ""
    rest = key[len(prefix) :]
    return prefix + "*" * max(len(rest) - 4, 0) + rest[-4:]
