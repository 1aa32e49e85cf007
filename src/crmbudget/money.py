"""Currencies and how whole minor units are written."""

from dataclasses import dataclass
from fractions import Fraction

# ISO 4217, active codes by the number of decimals of their minor unit.
_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
        "CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG "
        "HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
        "MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD "
        "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG "
        "YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
DECIMALS: dict[str, int] = {code: digits for digits, codes in _CODES.items() for code in codes.split()}
USUAL_NAMES = {"RMB": "CNY", "CNH": "CNY", "NTD": "TWD", "STG": "GBP"}
"""What people write, and the code for it."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency and the decimals of its minor unit; amounts are whole numbers of that unit.

    >>> Currency.of("CNY").text(120000005)
    '1200000.05'
    """

    code: str
    digits: int

    @classmethod
    def of(cls, code: str) -> "Currency":
        """The currency of an ISO 4217 code; KeyError where there is none."""
        return cls(code, DECIMALS[code])

    @property
    def unit(self) -> int:
        """Minor units in one major unit: 100 for CNY, 1 for JPY, 1000 for KWD."""
        return int(10**self.digits)

    def text(self, minor: int, *, grouped: bool = False) -> str:
        """Minor units as a decimal string in major units; ``grouped`` puts a comma every three digits."""
        whole, rest = divmod(abs(minor), self.unit)
        sign = "-" if minor < 0 else ""
        decimals = f".{rest:0{self.digits}d}" if self.digits else ""
        return f"{sign}{whole:,}{decimals}" if grouped else f"{sign}{whole}{decimals}"

    def major(self, minor: int) -> Fraction:
        """Minor units as an exact number of major units."""
        return Fraction(minor, self.unit)
