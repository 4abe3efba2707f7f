"""Authentication-Results (RFC 8601): what our own border found out about the sender.

Anybody can write such a field. It is believed only where its authserv-id is one of ours, and only the topmost one
(RFC 8601 sections 5 and 7.1): a field further down was there when the mail reached us, or may have been.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from cases.event import Dmarc
from ingest.email.parsed import ParsedMail

_LONGEST = 8_192
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[=;]|[^\s=;"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """One `resinfo`: the method, its result and its properties by `ptype.property`, all in lower case."""

    method: str
    result: str
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """A field that was read. `authserv_id` is '' where the server names none, as Microsoft 365 does."""

    authserv_id: str = ""
    findings: tuple[Finding, ...] = ()

    def dmarc(self, from_domain: str) -> Dmarc:
        """The DMARC verdict for that RFC 5322 From domain. A verdict on another domain says nothing."""
        for finding in self.findings:
            judged = finding.properties.get("header.from", from_domain)
            if finding.method == "dmarc" and judged == from_domain:
                return {"pass": Dmarc.PASS, "fail": Dmarc.FAIL}.get(finding.result, Dmarc.NONE)
        return Dmarc.NONE

    def passed_for(self, domain: str) -> bool:
        """Whether DKIM or SPF passed for that domain or one below it (relaxed alignment, RFC 7489 section 3.1)."""
        return any(
            finding.result == "pass" and is_under(authenticated, domain)
            for finding in self.findings
            for authenticated in _authenticated_domains(finding)
        )


def trusted(mail: ParsedMail, authserv_ids: Collection[str]) -> AuthenticationResults | None:
    """The results of our own border, or None where nobody of ours judged this mail."""
    topmost = mail.header("authentication-results")
    if not topmost or not authserv_ids:
        return None
    results = read(topmost)
    return results if results.authserv_id in {name.lower() for name in authserv_ids} else None


def read(value: str) -> AuthenticationResults:
    """Read the body of an Authentication-Results field (RFC 8601 section 2.2). It never raises.

    What cannot be understood is left out; nothing beyond 8 kB is looked at.
    """
    statements = list(_statements(_without_comments(value[:_LONGEST])))
    named = bool(statements) and "=" not in statements[0]
    authserv_id = statements[0][0] if named and statements[0] else ""
    findings = (_finding(tokens) for tokens in statements[1 if named else 0 :])
    return AuthenticationResults(authserv_id, tuple(finding for finding in findings if finding))


def is_under(domain: str, parent: str) -> bool:
    """Whether that domain is the parent domain or below it."""
    return domain == parent or domain.endswith("." + parent)


def _authenticated_domains(finding: Finding) -> Iterator[str]:
    names = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}.get(finding.method, ())
    for name in names:
        if name in finding.properties:
            yield finding.properties[name].rpartition("@")[2]


def _finding(tokens: list[str]) -> Finding | None:
    """`method=result key=value ...`; stray words between the pairs are skipped, as servers do write them."""
    pairs = [
        (before, after)
        for before, equals, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if equals == "=" != before and after != "="
    ]
    if not pairs:
        return None
    (method, result), *properties = pairs
    return Finding(method.partition("/")[0], result, dict(properties))


def _statements(text: str) -> Iterator[list[str]]:
    """The tokens between the semicolons, quoted strings unquoted, all in lower case."""
    tokens: list[str] = []
    for token in _TOKEN.findall(text.lower()):
        if token == ";":
            yield tokens
            tokens = []
        else:
            tokens.append(_unquoted(token))
    yield tokens


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:].removesuffix('"')) if token.startswith('"') else token


def _without_comments(text: str) -> str:
    """The text without comments (RFC 5322 section 3.2.2), which nest and do not begin within a quoted string."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in text:
        if escaped or char == "\\":
            escaped = not escaped
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted and char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
            kept.append(" ")
            continue
        if not depth:
            kept.append(char)
    return "".join(kept)
