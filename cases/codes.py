"""The code by which a caller hears where a case stands: eight digits that are easily keyed and tell nothing.

It is derived from the case's id by a permutation that only who has the installation's secret can follow: a Feistel
network over pairs of numbers (Black and Rogaway 2002, «Ciphers with arbitrary finite domains», section 5), with
HMAC-SHA-256 as its round function. So nothing is stored, no two cases have the same, and the next case's code cannot be
told from the last one's. The first digit is 5 to 9, where a keyed case number begins with the year's (until 2049); the
last is the check digit of ISO 7064 MOD 11,10, which finds every wrong digit and nearly all that are swapped.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_LEFT, _RIGHT = 2_000, 2_500
_PER_YEAR, _YEARS = 1_000_000, 5
_FIRST = 5_000_000
_ROUNDS = 8
_IDS_PER_YEAR = 100_000_000
_AHEAD = timedelta(days=1)
"""The service's own year begins at most so long before that of UTC."""
_CODE = re.compile("[5-9][0-9]{7}")


@dataclass(frozen=True, slots=True)
class Codes:
    """Makes and reads them. `secret` is the installation's key."""

    secret: bytes

    def of(self, case_id: int) -> str:
        """The code of a case, '' for one beyond the millionth of its year."""
        year, sequence = divmod(case_id, _IDS_PER_YEAR)
        if not 0 < sequence < _PER_YEAR:
            return ""
        digits = str(_FIRST + self._permuted(year % _YEARS * _PER_YEAR + sequence))
        return digits + _check(digits)

    def case(self, digits: str, now: datetime) -> int | None:
        """The id that a case with this code has, whether or not there is one; it is of the last five years."""
        if not _CODE.fullmatch(digits) or _check(digits[:-1]) != digits[-1]:
            return None
        since, sequence = divmod(self._read(int(digits[:-1]) - _FIRST), _PER_YEAR)
        if not sequence:
            return None
        latest = (now + _AHEAD).year
        year = latest - (latest - since) % _YEARS
        return year * _IDS_PER_YEAR + sequence

    def _permuted(self, number: int) -> int:
        left, right = divmod(number, _RIGHT)
        for turn in range(0, _ROUNDS, 2):
            left = (left + self._mixed(turn, right)) % _LEFT
            right = (right + self._mixed(turn + 1, left)) % _RIGHT
        return left * _RIGHT + right

    def _read(self, number: int) -> int:
        left, right = divmod(number, _RIGHT)
        for turn in reversed(range(0, _ROUNDS, 2)):
            right = (right - self._mixed(turn + 1, left)) % _RIGHT
            left = (left - self._mixed(turn, right)) % _LEFT
        return left * _RIGHT + right

    def _mixed(self, turn: int, half: int) -> int:
        return int.from_bytes(hmac.digest(self.secret, f"code:{turn}:{half}".encode(), hashlib.sha256)[:8])


def _check(digits: str) -> str:
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def spaced(code: str) -> str:
    """The code as it is written for people: `5123 4567`."""
    return f"{code[:4]} {code[4:]}".strip()
