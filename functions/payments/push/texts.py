"""The texts of notifications, Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from payments.core.language import Language
from payments.domain.chat.notifications import NotificationKind

#: Title and text of what people are told, Japanese and English.
NOTIFICATION_TEXTS: Final[Mapping[NotificationKind, tuple[tuple[str, str], tuple[str, str]]]] = {
    NotificationKind.SESSION_READY: (
        ("チャットの準備ができました", "「メッセージを開始」からチャットを始められます。"),
        ("Your chat is ready", "Open it to start the conversation."),
    ),
    NotificationKind.SESSION_STARTED: (
        ("チャットが始まりました", "時間内にメッセージをやり取りできます。"),
        ("Your chat has started", "The clock is running."),
    ),
    NotificationKind.SESSION_EXTENDED: (
        ("チャットが延長されました", "このまま続けてメッセージを送れます。"),
        ("Your chat has been extended", "It goes on without a break."),
    ),
    NotificationKind.ENDING_SOON: (
        ("まもなくチャットが終了します", "残り時間は約5分です。"),
        ("Your chat ends soon", "About five minutes are left."),
    ),
    NotificationKind.SESSION_ENDED: (
        ("チャットが終了しました", "ご利用ありがとうございました。"),
        ("Your chat has ended", "Thank you."),
    ),
    NotificationKind.PAYMENT_CAPTURED: (
        ("お支払いが確定しました", "チャットの料金のお支払いが完了しました。"),
        ("Your payment is complete", "Your card has been charged for the chat."),
    ),
    NotificationKind.PAYMENT_FAILED: (
        (
            "カードの仮決済ができませんでした",
            "カード情報をご確認のうえ、もう一度お試しください。請求は発生していません。",
        ),
        ("Your card was not authorized", "Nothing has been charged. Please check your card and try again."),
    ),
    NotificationKind.CAPTURE_FAILED: (
        ("お支払いを確定できませんでした", "カード会社にご確認ください。後ほどもう一度お支払いを試みます。"),
        ("Your payment could not be completed", "Please contact your card issuer. We will try again later."),
    ),
    NotificationKind.HOLD_RELEASED: (
        ("仮決済が取り消されました", "この仮決済による請求は発生しません。"),
        ("The hold has been released", "Nothing is charged for it."),
    ),
}


def notification_text(kind: NotificationKind, language: Language) -> tuple[str, str]:
    """Title and text of a notification."""
    return NOTIFICATION_TEXTS[kind][1 if language == "en" else 0]
