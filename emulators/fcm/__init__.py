"""A local receiver that stands in for Firebase Cloud Messaging's HTTP v1 API: it checks, records and answers."""

from .receiver import FcmReceiver, Received

__all__ = ["FcmReceiver", "Received"]
