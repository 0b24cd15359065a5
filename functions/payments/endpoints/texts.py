"""What people are told, in Japanese and English, by the code of a refusal (design: the app shows `message`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payments.core.language import Language
from payments.core.refusals import Code, Refusal

TEXTS: Final[Mapping[Code, tuple[str, str]]] = {
    Code.ALREADY_CAPTURED: ("この決済はすでに確定しています。", "This payment has already been captured."),
    Code.ALREADY_EXTENDED: ("次の時間のお支払いは済んでいます。", "The next period has been paid for already."),
    Code.ALREADY_PAID: ("この注文のお支払いは済んでいます。", "This order has been paid for already."),
    Code.BUSY: (
        "ただいま処理中です。少し待ってからもう一度お試しください。",
        "This is being worked on. Please try again in a moment.",
    ),
    Code.CONSULTANT_UNAVAILABLE: (
        "このコンサルタントは現在ご利用いただけません。",
        "This consultant is not available at the moment.",
    ),
    Code.HOLD_EXPIRING: (
        "仮決済の期限が近いため開始できません。もう一度仮決済を行ってください。",
        "The hold on your card is about to expire. Please make a new one.",
    ),
    Code.HOLD_RELEASED: ("この仮決済はすでに取り消されています。", "This hold has already been released."),
    Code.INTERNAL: (
        "問題が発生しました。お問い合わせの際は次の番号をお伝えください: {correlationId}",
        "Something went wrong. If you contact us, please mention {correlationId}.",
    ),
    Code.INVALID_ARGUMENT: ("入力内容が正しくありません: {fields}", "The request is not valid: {fields}"),
    Code.NOT_AUTHORIZED_YET: ("カードの仮決済がまだ完了していません。", "The card has not been authorized yet."),
    Code.NOT_PAID: ("お支払いの手続きがまだ完了していません。", "This chat has not been paid for yet."),
    Code.ORDER_NOT_FOUND: ("注文が見つかりません。", "There is no such order."),
    Code.ORDER_NOT_YOURS: ("この注文を操作する権限がありません。", "This order is not yours."),
    Code.PAYMENT_NOT_FOUND: ("決済が見つかりません。", "There is no such payment."),
    Code.PAYMENT_OPEN: (
        "このチャットはカードでのお支払いの手続き中です。取り消してからコードを入力してください。",
        "A card payment for this chat is under way. Cancel it first to use a code.",
    ),
    Code.PAYMENT_PENDING: (
        "この注文のお支払いを確認中です。しばらくお待ちください。",
        "A payment for this order is under way. Please wait for it.",
    ),
    Code.PAYMENT_UNAVAILABLE: (
        "現在決済を処理できません。しばらくしてからもう一度お試しください。",
        "Payments cannot be processed right now. Please try again later.",
    ),
    Code.PREVIOUS_UNPAID: (
        "前回のチャットのお支払いが完了していないため、再開できません。",
        "The previous chat could not be charged, so this one cannot go on.",
    ),
    Code.PRICE_CHANGED: (
        "料金が {amount} {currency} に変わりました。金額をご確認ください。",
        "The price is now {amount} {currency}. Please check the amount.",
    ),
    Code.PRODUCT_UNAVAILABLE: (
        "現在購入できない商品があります: {products}",
        "Some products are not for sale at the moment: {products}",
    ),
    Code.SESSION_ENDED: ("このチャットは終了しています。", "This chat has ended."),
    Code.SESSION_IN_PROGRESS: (
        "このチャットのお支払いは済んでいます。",
        "This chat has been paid for already.",
    ),
    Code.SESSION_NOT_FOUND: ("チャットが見つかりません。", "There is no such chat."),
    Code.SESSION_NOT_STARTED: ("チャットはまだ開始されていません。", "This chat has not started yet."),
    Code.SESSION_NOT_YOURS: ("このチャットを操作する権限がありません。", "This chat is not yours."),
    Code.SESSION_RUNNING: (
        "チャットの時間がまだ残っています。",
        "The time of this chat is not over yet.",
    ),
    Code.SESSION_STARTED: (
        "チャットが開始されたため、取り消しできません。",
        "The chat has started, so the hold can no longer be canceled.",
    ),
    Code.TICKET_INVALID: (
        "このチケットコードは使用できません。コードをご確認ください。",
        "This ticket code can't be used. Please check the code.",
    ),
    Code.TOO_MANY_ATTEMPTS: (
        "試行回数が上限に達しました。しばらくしてからもう一度お試しください。",
        "Too many attempts. Please try again later.",
    ),
    Code.UNAUTHENTICATED: ("ログインしてください。", "Please sign in."),
    Code.UNAVAILABLE: (
        "ただいま接続しにくくなっています。少し待ってからもう一度お試しください。",
        "We can't be reached right now. Please try again in a moment.",
    ),
}

PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("必須です", "is missing"),
    "unknown": ("不明な項目です", "is not known"),
    "invalid": ("値が正しくありません", "is not valid"),
}


def text_of(refusal: Refusal, language: Language) -> str:
    """What the person is told, with the facts of this refusal."""
    chosen = 1 if language == "en" else 0
    facts = dict(refusal.details)
    fields = facts.get("fields")
    if isinstance(fields, dict):
        facts["fields"] = ", ".join(f"{name} ({PROBLEMS[problem][chosen]})" for name, problem in fields.items())
    return TEXTS[refusal.code][chosen].format_map(facts)
