"""The page's words. Where the test cases word a message (TC-004, TC-005, TC-015), these are their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.datastructures import LanguageAccept

    from stripe_emulator.errors import Object

Words = dict[str, str]
LANGUAGES = ("ja", "en")
PREFIXES = {"jpy": "¥", "usd": "$", "eur": "€", "gbp": "£"}
ZERO_DECIMAL = ("jpy",)

PAGE: dict[str, Words] = {
    "ja": {
        "title": "お支払い",
        "test_mode": "テスト環境",
        "cancel": "キャンセルして戻る",
        "order": "ご注文内容",
        "quantity": "数量",
        "total": "合計",
        "contact": "連絡先情報",
        "email": "メールアドレス",
        "method": "支払い方法",
        "card": "カード",
        "konbini": "コンビニ決済",
        "konbini_note": "支払い番号をお持ちになり、コンビニのレジでお支払いください。",
        "card_number": "カード番号",
        "expiry": "有効期限（月 / 年）",
        "cvc": "セキュリティコード",
        "name": "お名前（カード名義人）",
        "postal_code": "郵便番号（任意）",
        "pay": "支払う",
        "challenge_title": "3D セキュア認証",
        "challenge_text": "カード発行会社のテスト用認証ページです。認証の結果を選んでください。",
        "challenge_amount": "お支払い金額",
        "complete": "認証を完了する（Complete）",
        "fail": "認証に失敗する（Fail）",
        "expired_title": "この決済ページは有効期限が切れました",
        "expired_text": "この決済ページではお支払いいただけません。ショップに戻って、もう一度お試しください。",
        "done_title": "このお支払いは完了しています",
        "done_text": "この決済ページでのお支払い手続きは終わっています。",
        "missing_title": "ページが見つかりません",
        "missing_text": "お探しの決済ページは見つかりませんでした。URL をお確かめください。",
    },
    "en": {
        "title": "Payment",
        "test_mode": "Test mode",
        "cancel": "Cancel and go back",
        "order": "Your order",
        "quantity": "Qty",
        "total": "Total due",
        "contact": "Contact information",
        "email": "Email",
        "method": "Payment method",
        "card": "Card",
        "konbini": "Konbini",
        "konbini_note": "Take the payment code to a convenience store and pay at the register.",
        "card_number": "Card number",
        "expiry": "Expiration (MM / YY)",
        "cvc": "CVC",
        "name": "Cardholder name",
        "postal_code": "Postal code (optional)",
        "pay": "Pay",
        "challenge_title": "3D Secure authentication",
        "challenge_text": "This is a test page of the card's issuer. Choose how the authentication ends.",
        "challenge_amount": "Amount",
        "complete": "Complete authentication",
        "fail": "Fail authentication",
        "expired_title": "This checkout page has expired",
        "expired_text": "You can no longer pay on this page. Please go back to the shop and try again.",
        "done_title": "You're all done here",
        "done_text": "The payment on this page has been completed.",
        "missing_title": "Page not found",
        "missing_text": "The page you were looking for could not be found. Please check the URL.",
    },
}

GENERIC = "card_declined"
PROBLEMS: dict[str, Words] = {
    "ja": {
        "number_incomplete": "カード番号が不完全です。",
        "incorrect_number": "カード番号が無効です。",
        "expiry_incomplete": "カードの有効期限が不完全です。",
        "expiry_invalid": "カードの有効期限が無効です。",
        "expiry_past": "カードの有効期限が切れています。",
        "cvc_incomplete": "カードのセキュリティコードが不完全です。",
        "name_missing": "カードの名義人を入力してください。",
        "email_incomplete": "メールアドレスが不完全です。",
        "method_unknown": "支払い方法を選択してください。",
        "card_declined": "カードが拒否されました。別のカードをお試しください。",
        "insufficient_funds": "カード残高が不足しています。別のカードをお試しください。",
        "expired_card": "カードの有効期限が切れています。別のカードをお試しください。",
        "incorrect_cvc": "カードのセキュリティコードが正しくありません。",
        "processing_error": "カードの処理中にエラーが発生しました。しばらくしてから、もう一度お試しください。",
        "test_mode_live_card": "カードが拒否されました。テスト環境では、テスト用のカードのみご利用いただけます。",
        "payment_intent_authentication_failure": (
            "お支払い方法を認証できませんでした。別のお支払い方法を選択して、もう一度お試しください。"
        ),
    },
    "en": {
        "number_incomplete": "Your card number is incomplete.",
        "incorrect_number": "Your card number is invalid.",
        "expiry_incomplete": "Your card's expiration date is incomplete.",
        "expiry_invalid": "Your card's expiration date is invalid.",
        "expiry_past": "Your card's expiration date is in the past.",
        "cvc_incomplete": "Your card's security code is incomplete.",
        "name_missing": "Please provide the cardholder's name.",
        "email_incomplete": "Your email is incomplete.",
        "method_unknown": "Please select a payment method.",
        "card_declined": "Your card was declined. Please try a different card.",
        "insufficient_funds": "Your card has insufficient funds. Please try a different card.",
        "expired_card": "Your card has expired. Please try a different card.",
        "incorrect_cvc": "Your card's security code is incorrect.",
        "processing_error": "An error occurred while processing your card. Try again in a little bit.",
        "test_mode_live_card": "Your card was declined. Test mode takes test cards only.",
        "payment_intent_authentication_failure": (
            "We are unable to authenticate your payment method. Please choose a different payment method and try again."
        ),
    },
}


def language(session: Object | None, accepted: LanguageAccept) -> str:
    """The session's locale, or the browser's best; English for what is neither Japanese nor English."""
    locale = (session or {}).get("locale") or "auto"
    if locale != "auto":
        return "ja" if locale == "ja" else "en"
    return accepted.best_match(LANGUAGES, default="en") or "en"


def problem(lang: str, code: str | None) -> str:
    """A refusal in words; what a buyer must not learn (a card reported stolen, say) is a decline like any other."""
    return PROBLEMS[lang].get(code or GENERIC, PROBLEMS[lang][GENERIC])


def refusal(lang: str, error: Object) -> str:
    """An error of the API in words."""
    return problem(lang, error.get("decline_code") or error.get("code"))


def money(amount: int, currency: str) -> str:
    """An amount in the smallest unit, as a customer reads it: ¥5,000 or $50.00."""
    shown = f"{amount:,}" if currency in ZERO_DECIMAL else f"{amount / 100:,.2f}"
    prefix = PREFIXES.get(currency)
    return f"{prefix}{shown}" if prefix else f"{shown} {currency.upper()}"
