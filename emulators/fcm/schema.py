"""What FCM's HTTP v1 takes, by its public description, and the rules beyond the shape.

Fields: https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages; rules and words:
https://firebase.google.com/docs/cloud-messaging/error-codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .kinds import ANY_OBJECT, BOOL, DURATION, FLOAT, INT, STRING, TIME, ListOf, Strings, Violation, enum, message

FCM = "google.firebase.fcm.v1."
OPTIONS = message(FCM + "FcmOptions", analytics_label=STRING)
COLOR = message("google.type.Color", red=FLOAT, green=FLOAT, blue=FLOAT, alpha=FLOAT)
LIGHTS = message(FCM + "LightSettings", color=COLOR, light_on_duration=DURATION, light_off_duration=DURATION)
PRIORITIES = (
    "PRIORITY_UNSPECIFIED",
    "PRIORITY_MIN",
    "PRIORITY_LOW",
    "PRIORITY_DEFAULT",
    "PRIORITY_HIGH",
    "PRIORITY_MAX",
)
VISIBILITIES = ("VISIBILITY_UNSPECIFIED", "PRIVATE", "PUBLIC", "SECRET")
PROXIES = ("PROXY_UNSPECIFIED", "ALLOW", "DENY", "IF_PRIORITY_LOWERED")

ANDROID_NOTIFICATION = message(
    FCM + "AndroidNotification",
    **dict.fromkeys(("title", "body", "icon", "color", "sound", "tag", "click_action", "channel_id"), STRING),
    **dict.fromkeys(("title_loc_key", "body_loc_key", "ticker", "image"), STRING),
    **dict.fromkeys(("sticky", "local_only", "default_sound", "bypass_proxy_notification"), BOOL),
    **dict.fromkeys(("default_vibrate_timings", "default_light_settings"), BOOL),
    title_loc_args=ListOf(STRING),
    body_loc_args=ListOf(STRING),
    event_time=TIME,
    notification_priority=enum(FCM + "AndroidNotification.NotificationPriority", *PRIORITIES),
    visibility=enum(FCM + "AndroidNotification.Visibility", *VISIBILITIES),
    proxy=enum(FCM + "AndroidNotification.Proxy", *PROXIES),
    vibrate_timings=ListOf(DURATION),
    notification_count=INT,
    light_settings=LIGHTS,
)
ANDROID = message(
    FCM + "AndroidConfig",
    collapse_key=STRING,
    priority=enum(FCM + "AndroidMessagePriority", "NORMAL", "HIGH"),
    ttl=DURATION,
    restricted_package_name=STRING,
    data=Strings(),
    notification=ANDROID_NOTIFICATION,
    fcm_options=OPTIONS,
    direct_boot_ok=BOOL,
    bandwidth_constrained_ok=BOOL,
    restricted_satellite_ok=BOOL,
)
APNS = message(
    FCM + "ApnsConfig",
    headers=Strings(),
    payload=ANY_OBJECT,
    fcm_options=message(FCM + "ApnsFcmOptions", analytics_label=STRING, image=STRING),
    live_activity_token=STRING,
)
WEBPUSH = message(
    FCM + "WebpushConfig",
    headers=Strings(),
    data=Strings(),
    notification=ANY_OBJECT,
    fcm_options=message(FCM + "WebpushFcmOptions", link=STRING, analytics_label=STRING),
)
MESSAGE = message(
    FCM + "Message",
    name=STRING,
    data=Strings(),
    notification=message(FCM + "Notification", title=STRING, body=STRING, image=STRING),
    android=ANDROID,
    webpush=WEBPUSH,
    apns=APNS,
    fcm_options=OPTIONS,
    token=STRING,
    fid=STRING,
    topic=STRING,
    condition=STRING,
)
REQUEST = message(FCM + "SendMessageRequest", message=MESSAGE, validate_only=BOOL)

OTHER_TARGETS = ("fid", "topic", "condition")
RESERVED_KEYS = ("from", "message_type")
RESERVED_PREFIXES = ("google", "gcm")
LARGEST_PAYLOAD = 4096
"""Bytes of keys and values."""
LONGEST_TTL = 2_419_200
"""Seconds: four weeks."""


def broken_rules(sent: dict[str, Any]) -> Iterator[Violation]:
    """What is wrong with a message of the right shape. What counts for its size is not published: here all texts."""
    data, notification = sent.get("data") or {}, sent.get("notification") or {}
    for key in data:
        if key in RESERVED_KEYS or key.startswith(RESERVED_PREFIXES):
            yield Violation("message.data", f"Invalid data payload key: {key}")
    texts = [text for pair in (*data.items(), *notification.items()) for text in pair if text]
    if sum(len(text.encode()) for text in texts) > LARGEST_PAYLOAD:
        yield Violation("message", "Message is too big")
    ttl = (sent.get("android") or {}).get("ttl") or "0s"
    if not 0 <= float(ttl.removesuffix("s")) <= LONGEST_TTL:
        yield Violation("message.android.ttl", "Invalid TTL")
