"""Tokens as Firebase signs them: a key of our own in the place of Google's, and a clock that both sides read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.auth import crypt, jwt

PROJECT: Final = "demo-tokens"
#: The claims of an ID token and of an App Check token, apart from their times.
ID_TOKEN: Final = {"iss": f"https://securetoken.google.com/{PROJECT}", "aud": PROJECT, "sub": "guest"}
APP_CHECK_TOKEN: Final = {
    "iss": "https://firebaseappcheck.googleapis.com/1",
    "aud": [f"projects/{PROJECT}"],
    "sub": "1:1:ios:1",
}


@dataclass
class Clock:
    """Stands for the module `time`: a sleep is over at once, and moves the clock."""

    now: float = 1_800_000_000.0
    slept: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def utcnow(self) -> datetime:
        """What Google's own check takes for the time."""
        return datetime.fromtimestamp(self.now, UTC).replace(tzinfo=None)


class Signer:
    """Google, as far as it signs."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()

    def certificates(self) -> dict[str, str]:
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
        now = datetime.now(UTC)
        built = x509.CertificateBuilder(name, name, self.key.public_key(), 1, now, now + timedelta(days=1))
        return {"k": built.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()}

    def token(self, claims: dict[str, Any], issued_at: float, lives: int = 3600) -> str:
        times = {"iat": int(issued_at), "auth_time": int(issued_at), "exp": int(issued_at) + lives}
        return jwt.encode(crypt.RSASigner.from_string(self.pem, "k"), {**claims, **times}).decode()
