"""The Flask app: the emulated API under `/v1`, the hosted pages under `/c`, the control API under `/_emulator`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request

from stripe_emulator.api.faults import ConnectionLost
from stripe_emulator.control.api import make_control
from stripe_emulator.customer.hosted import make_pages
from stripe_emulator.pipeline import Request
from stripe_emulator.server import DROP

if TYPE_CHECKING:
    from stripe_emulator.service import Service


def make_app(service: Service) -> Flask:
    """The app for one service."""
    app = Flask("stripe_emulator", static_folder=None)
    app.register_blueprint(make_control(service))
    app.register_blueprint(make_pages(service))

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST", "DELETE"])
    @app.route("/<path:path>", methods=["GET", "POST", "DELETE"])
    def api(path: str) -> Response:  # noqa: ARG001  (Flask passes it; the pipeline routes by itself)
        try:
            answer = service.pipeline.answer(_incoming())
        except ConnectionLost:
            request.environ[DROP].set()
            return Response(status=503)
        return Response(answer.body, answer.status, answer.headers, content_type="application/json")

    return app


def _incoming() -> Request:
    pairs = list(request.args.items(multi=True)) + list(request.form.items(multi=True))
    return Request(
        method=request.method,
        path=request.path,
        pairs=pairs,
        api_key=_api_key(),
        version=request.headers.get("Stripe-Version"),
        idempotency_key=request.headers.get("Idempotency-Key"),
        account=request.headers.get("Stripe-Account"),
    )


def _api_key() -> str | None:
    credentials = request.authorization
    if credentials is None:
        return None
    return credentials.token if credentials.type == "bearer" else credentials.username
