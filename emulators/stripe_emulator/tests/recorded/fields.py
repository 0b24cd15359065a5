"""Which fields Stripe's objects have, and of which type, as recordings of 2026 show them; one line for each type."""

from __future__ import annotations

from typing import Any

from recorded.comparison import kind

PAYMENT_INTENT_HELD = {
    "string": "id object capture_method client_secret confirmation_method currency latest_charge payment_method status",
    "number": "amount amount_capturable amount_received created",
    "boolean": "livemode",
    "array": "payment_method_types",
    "object": "amount_details managed_payments metadata payment_method_options",
    "null": (
        "application application_fee_amount automatic_payment_methods canceled_at cancellation_reason customer "
        "customer_account description excluded_payment_method_types last_payment_error next_action on_behalf_of "
        "payment_method_configuration_details processing receipt_email review setup_future_usage "
        "shared_payment_granted_token shipping source statement_descriptor statement_descriptor_suffix transfer_data "
        "transfer_group"
    ),
}
CHARGE_CAPTURED = {
    "string": (
        "id object balance_transaction calculated_statement_descriptor currency payment_intent payment_method "
        "receipt_url status"
    ),
    "number": "amount amount_captured amount_refunded created",
    "boolean": "captured disputed livemode paid refunded",
    "object": "billing_details fraud_details metadata outcome payment_method_details radar_options",
    "null": (
        "application application_fee application_fee_amount customer description destination dispute failure_code "
        "failure_balance_transaction failure_message on_behalf_of order receipt_email receipt_number review shipping "
        "source source_transfer statement_descriptor statement_descriptor_suffix transfer_data transfer_group"
    ),
}
CHARGE_FAILED = {
    "string": "calculated_statement_descriptor failure_code failure_message payment_intent payment_method status",
    "boolean": "captured disputed livemode paid refunded",
    "null": "balance_transaction dispute failure_balance_transaction receipt_url",
}
PAYMENT_METHOD = {
    "string": "id object allow_redisplay type",
    "number": "created",
    "boolean": "livemode",
    "object": "billing_details card metadata",
    "null": "customer customer_account shared_payment_granted_token",
}
REFUND = {
    "string": "id object balance_transaction charge currency payment_intent payment_method status",
    "number": "amount created",
    "object": "destination_details metadata",
    "null": "customer customer_account reason receipt_number source_transfer_reversal transfer_reversal",
}
DISPUTE = {
    "string": "id object balance_transaction charge currency payment_intent reason status",
    "number": "amount created",
    "boolean": "is_charge_refundable livemode",
    "array": "balance_transactions enhanced_eligibility_types",
    "object": "evidence evidence_details metadata payment_method_details",
}
BALANCE_TRANSACTION = {
    "string": "id object balance_type currency reporting_category source status type",
    "number": "amount available_on created fee net",
    "array": "fee_details",
    "null": "description exchange_rate",
}
CHECKOUT_SESSION_OPEN = {
    "string": (
        "id object cancel_url currency mode payment_method_collection payment_status status success_url ui_mode url"
    ),
    "number": "amount_subtotal amount_total created expires_at",
    "boolean": "livemode",
    "array": "custom_fields discounts payment_method_types shipping_options",
    "object": (
        "adaptive_pricing automatic_tax branding_settings collected_information custom_text invoice_creation metadata "
        "payment_method_configuration_details payment_method_options phone_number_collection total_details"
    ),
    "null": (
        "after_expiration allow_promotion_codes billing_address_collection client_reference_id client_secret consent "
        "consent_collection currency_conversion customer_account customer_email integration_identifier invoice locale "
        "origin_context payment_intent payment_link permissions recovered_from setup_intent "
        "shipping_address_collection shipping_cost submit_type subscription wallet_options"
    ),
}


def wrong_fields(body: dict[str, Any], fields: dict[str, str]) -> list[str]:
    """What an object lacks of the fields, or has as another type."""
    expected = {name: type_ for type_, line in fields.items() for name in line.split()}
    found = {name: kind(body[name]) if name in body else "missing" for name in expected}
    return [f"{name}: {found[name]} instead of {type_}" for name, type_ in expected.items() if found[name] != type_]
