"""Why the emulator differs from a recording: each difference that is left, with its reason.

The emulator speaks API version 2026-10-28.endive; most recordings are older. `before` is the version from which on
the reason holds no more: against a newer recording the same difference is a fault of the emulator.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recorded.files import Recording

NOW = "2026-10-28"
ABSENT = ": not in the recording"
MISSING = ": missing"


@dataclass(frozen=True)
class Explanation:
    """Differences (globs of what the comparison says) with one reason, in older versions or in named recordings."""

    reason: str
    differences: tuple[str, ...]
    before: str | None = None
    only: tuple[str, ...] = ()

    def explains(self, difference: str, recording: Recording) -> list[str]:
        """The globs that are the reason for a difference from a recording."""
        if self.only and recording.name not in self.only:
            return []
        if self.before and recording.day >= self.before:
            return []
        return [each for each in self.differences if fnmatchcase(difference, each)]


def _added(before: str, *fields: str) -> Explanation:
    return Explanation(f"Stripe answers it since {before} or before", tuple(each + ABSENT for each in fields), before)


CARD = "charge.payment_method_details.card."
EXPLANATIONS = [
    _added("2019-02-11", "payment_intent.amount_details", "payment_intent.automatic_payment_methods"),
    _added("2019-02-11", "payment_intent.payment_method_options.card.*", "payment_intent.processing"),
    _added("2019-02-11", "payment_intent.latest_charge", "payment_intent.payment_method_configuration_details"),
    _added("2025-10-29", "payment_intent.excluded_payment_method_types", "balance_transaction.balance_type"),
    _added("2025-10-29", "charge.billing_details.tax_id", "charge.radar_options", "charge.outcome.*advice_code"),
    _added("2025-10-29", "charge.outcome.network_decline_code"),
    _added("2025-10-29", f"{CARD}authorization_code", f"{CARD}network_transaction_id", f"{CARD}regulated_status"),
    _added("2025-08-27", "refund.destination_details"),
    _added("2026-03-25", "payment_intent.customer_account", "checkout.session.customer_account"),
    _added("2026-03-25", "checkout.session.branding_settings", "checkout.session.customer_details.*_name"),
    _added("2026-03-25", "checkout.session.integration_identifier", "checkout.session.origin_context"),
    _added("2026-04-22", "dispute.enhanced_eligibility_types", "dispute.evidence.enhanced_evidence"),
    _added("2026-04-22", "dispute.evidence_details.enhanced_eligibility"),
    _added("2026-04-22", "dispute.payment_method_details.card.case_type"),
    _added("2026-06-24", "payment_intent.allowed_payment_method_types", "payment_intent.managed_payments"),
    _added("2026-06-24", "payment_intent.shared_payment_granted_token", f"{CARD}transaction_link_id"),
    _added("2026-06-24", "payment_method.*"),
    _added("2026-06-24", "refund.customer", "refund.customer_account", "refund.payment_method"),
    _added(NOW, "checkout.session.allowed_payment_method_types", "checkout.session.excluded_payment_method_types"),
    _added(NOW, "checkout.session.managed_payments", "dispute.payment_method_details.card.network"),
    Explanation(
        "2019-02-11 renamed source types and actions to those of payment methods",
        ("payment_intent.allowed_source_types" + MISSING, "payment_intent.next_source_action" + MISSING),
        before="2019-02-11",
    ),
    Explanation(
        "2022-11-15 took the lists of charges and refunds out of the objects",
        ("payment_intent.charges" + MISSING, "charge.refunds" + MISSING),
        before="2022-11-15",
    ),
    Explanation(
        "2024-04-10 made automatic_async the capture method that a PaymentIntent has by default",
        ("payment_intent.capture_method: 'automatic_async' instead of 'automatic'",),
        before="2024-04-10",
    ),
    Explanation(
        "2025-03-31.basil took `invoice` out of payments, and names the end of a hold `expired`",
        (
            "payment_intent.invoice" + MISSING,
            "charge.invoice" + MISSING,
            "payment_intent.cancellation_reason: 'expired' instead of 'automatic'",
        ),
        before="2025-03-31",
    ),
    Explanation(
        "dahlia calls Stripe's own page hosted_page, and tells what it has collected also if that is nothing",
        (
            "checkout.session.ui_mode: 'hosted_page' instead of 'hosted'",
            "checkout.session.collected_information: not null",
        ),
        before="2026-03-25",
    ),
    Explanation(
        "answered in April 2026 only: neither older nor newer recordings nor the SDK of this version have it",
        (f"{CARD}ds_transaction_id" + MISSING,),
        before="2026-06-24",
    ),
    Explanation(
        "Stripe's answers have no list of amount updates any more",
        ("charge.amount_updates" + MISSING,),
        before="2025-10-29",
    ),
    Explanation(
        "2026-09-30.endive takes allowed_payment_method_types in place of payment_method_types, and tells it back",
        ("payment_intent.allowed_payment_method_types: not null",),
        before="2026-09-30",
    ),
    Explanation(
        "a PaymentIntent that waits for another authorization exists since 2026, and the text names it",
        ("answer.error.message: 'You cannot cancel *requires_reauthorization*",),
        before="2025-03-31",
    ),
    Explanation(
        "since 2026 an off-session payment that wants authentication leaves no charge (probes of 2026-08-26.dahlia)",
        (
            "answer.error.charge" + MISSING,
            "payment_intent.last_payment_error.charge" + MISSING,
            "payment_intent.latest_charge: null",
        ),
        only=("pi-off-session-authentication-required",),
        before="2026-08-26",
    ),
    Explanation(
        "a lock timeout has no request id (https://docs.stripe.com/rate-limits, 2026)",
        ("answer.error.request_log_url" + MISSING, "headers.has_request_id: False instead of True"),
        only=("lock-timeout-on-get",),
    ),
    Explanation(
        "whoever published the recording left fields out",
        ("payment_intent.*" + ABSENT, "answer.error.payment_intent" + ABSENT),
        only=("pi-capture-after-expiry-2023", "pi-capture-twice-2019"),
    ),
    Explanation(
        "errors link to the request's log since 2022",
        ("answer.error.request_log_url" + ABSENT,),
        before="2022-11-15",
    ),
    Explanation(
        "the emulator models no Customer",
        (
            "charge.customer: null",
            "payment_intent.customer: null",
            "checkout.session.customer: null",
            "checkout.session.customer_creation: not null",
            "checkout.session.customer_details: null",
            "checkout.session.saved_payment_method_options: null",
        ),
    ),
    Explanation(
        "the emulator models no Connect platform, which the recorded account belongs to",
        ("charge.application*: null", "payment_intent.application: null"),
    ),
    Explanation(
        "the recorded account offers payment methods that the emulator does not model",
        ("*.payment_method_options.*" + MISSING, "*.payment_method_types: 1 items instead of *"),
    ),
    Explanation(
        "the fee is what the account has agreed on with Stripe",
        ("balance_transaction.fee_details[[]].amount: *",),
        only=("charge-after-capture", "charge-disputed", "charge-partially-refunded"),
    ),
    Explanation(
        "the payer was asked for a postal code; the emulator's pm_card ids have none",
        ("charge.billing_details.address.postal_code: null", f"{CARD}checks.address_postal_code_check: null"),
        only=("event-charge-failed-dahlia", "event-charge-succeeded-captured-dahlia"),
    ),
    Explanation(
        "Stripe's dashboard fills in what it knows of the customer",
        ("dispute.evidence.*: null",),
        only=("event-dispute-closed-lost-dahlia", "event-dispute-funds-withdrawn-2020-03-02"),
    ),
    Explanation(
        "recorded in live mode, where the balance is available at once",
        (
            "balance_transaction.status: 'pending' instead of 'available'",
            "dispute.livemode: False instead of True",
            "event.livemode: False instead of True",
        ),
        only=("event-dispute-funds-withdrawn-2020-03-02",),
    ),
    Explanation(
        "the library that printed the event adds an account, and what made the payment sent no request",
        ("event.account" + MISSING, "event.request.id: not null"),
        only=("event-checkout-completed-basil", "event-payment-intent-created-clover"),
    ),
    Explanation(
        "the recorded PaymentMethod was checked when it was saved, before the payment that found the wrong CVC",
        ("payment_method.card.checks.cvc_check: 'fail' instead of 'pass'",),
        only=("decline-incorrect-cvc",),
    ),
]


def idle(found: list[tuple[str, Recording]]) -> set[str]:
    """The globs that explain none of the differences found."""
    used = {glob for each in found for known in EXPLANATIONS for glob in known.explains(*each)}
    return {glob for known in EXPLANATIONS for glob in known.differences} - used


def unexplained(found: list[str], recording: Recording) -> list[str]:
    """The differences that have no reason."""
    return [each for each in found if not any(known.explains(each, recording) for known in EXPLANATIONS)]
