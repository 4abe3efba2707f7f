"""The account at Twilio that we answer for."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Its secrets and where its interface is.

    `tokens` are the auth tokens that sign requests: one, or two while one replaces the other; the first signs ours.
    `shared_keys` are SharedKey secrets by key id. `api_url` replaces the interface's address (a stand-in in tests);
    `region` and `edge` go together ("ie1", "dublin") or are both ''.
    """

    sid: str
    tokens: tuple[str, ...] = field(repr=False)
    shared_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    api_url: str = ""
    region: str = ""
    edge: str = ""
