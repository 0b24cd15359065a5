"""What Stripe takes: the currencies that it lists, and which amounts of each, in the smallest unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: https://docs.stripe.com/currencies#presentment-currencies
_LISTED: Final = (
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf "
    "clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf "
    "idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop "
    "mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd "
    "scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd "
    "xcg xof xpf yer zar zmw"
)
CURRENCIES: Final = frozenset(_LISTED.split())
#: Stripe takes eight digits at most, and no less than this if the currency is listed
#: (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
LARGEST_AMOUNT: Final = 99_999_999
SMALLEST_AMOUNTS: Final[Mapping[str, int]] = {
    "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30,
    "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200,
    "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
#: Three decimals, of which the last is 0; and two decimals that are always 00
#: (https://docs.stripe.com/currencies#three-decimal, #special-cases).
_STEPS: Final = dict.fromkeys(("bhd", "jod", "kwd", "omr", "tnd"), 10) | dict.fromkeys(("isk", "ugx"), 100)


def is_currency(text: str) -> bool:
    """Whether `text` is a currency that Stripe lists, in lower case."""
    return text in CURRENCIES


def amounts(currency: str) -> range:
    """The amounts that Stripe takes in a currency."""
    step = _STEPS.get(currency, 1)
    return range(SMALLEST_AMOUNTS.get(currency, step), LARGEST_AMOUNT + 1, step)


def told(allowed: range, currency: str) -> str:
    """Amounts as a person reads them: `50 … 99999999 (jpy)`."""
    steps = f", in steps of {allowed.step}" if allowed.step > 1 else ""
    return f"{allowed[0]} … {allowed[-1]}{steps} ({currency})"
