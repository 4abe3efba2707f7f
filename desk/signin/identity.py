"""Who an ID token says that somebody is, and whether it may be believed (OpenID Connect Core 1.0, 3.1.3.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.profile import Profile
from cases.secondlevel import Role
from desk.signin.issuer import Flow, Issuer

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by keys that only the provider has: neither `none` nor those with a secret of ours."""
LEEWAY_SECONDS = 60


class NotBelievedError(Exception):
    """An ID token that is not what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody, as a provider knows them. `email` is '' where it tells none; `verified` where it vouches for it."""

    issuer: str
    subject: str
    email: str
    verified: bool
    name: str
    groups: frozenset[str]


def identity(issuer: Issuer, flow: Flow, tokens: Mapping[str, Any], now: datetime) -> Identity:
    """Who the tokens of that sign-in are about. Raises NotBelievedError, IssuerAwayError."""
    claims = _claims(issuer, tokens)
    _validate(claims, issuer, flow, tokens, now)
    groups = claims.get(issuer.registration.groups_claim)
    return Identity(
        issuer=claims["iss"],
        subject=claims["sub"],
        email=_email(claims),
        verified=_is_verified(claims),
        name=str(claims.get("name") or "")[:200],
        groups=frozenset(map(str, groups)) if isinstance(groups, list) else frozenset(),
    )


def role_of(groups: frozenset[str], profile: Profile) -> Role | None:
    """What somebody of these groups may do: the first in the order of `Role` where several say something; None where
    none of the groups is mapped."""
    mapped = {profile.sign_in.groups[group] for group in groups if group in profile.sign_in.groups}
    return next((role for role in Role if role in mapped), None)


def _claims(issuer: Issuer, tokens: Mapping[str, Any]) -> Any:
    """The claims of an ID token with a good signature. A key that we do not know yet may be a new one: they rotate."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError

    text = str(tokens.get("id_token", ""))
    try:
        try:
            token = jwt.decode(text, issuer.keys(), ALGORITHMS)
        except InvalidKeyIdError:
            token = jwt.decode(text, issuer.keys(fresh=True), ALGORITHMS)
    except (JoseError, ValueError) as error:
        raise NotBelievedError from error
    options = {
        "iss": {"essential": True, "value": issuer.registration.issuer},
        "aud": {"essential": True, "value": issuer.registration.client_id},
    }
    return CodeIDToken(token.claims, token.header, options)


def _validate(claims: Any, issuer: Issuer, flow: Flow, tokens: Mapping[str, Any], now: datetime) -> None:
    from joserfc.errors import JoseError

    client = issuer.registration.client_id
    claims.params = {"nonce": flow.nonce, "client_id": client, "access_token": tokens.get("access_token")}
    try:
        claims.validate(int(now.timestamp()), LEEWAY_SECONDS)
    except (JoseError, TypeError, ValueError) as error:
        raise NotBelievedError from error
    if claims["aud"] not in (client, [client]) or not isinstance(claims["sub"], str) or not claims["sub"]:
        raise NotBelievedError  # for others too: none of them is known to us (Core 3.1.3.7, 3)


def _email(claims: Mapping[str, Any]) -> str:
    """The address; Entra ID leaves it out where the account has no mailbox, and has a name like one."""
    found = claims.get("email") or claims.get("preferred_username") or ""
    return str(found).strip().lower() if "@" in str(found) else ""


def _is_verified(claims: Mapping[str, Any]) -> bool:
    """Whether the provider vouches that the address is theirs: Core 5.1 by `email_verified`, Entra ID by `xms_edov`.
    Without the latter an administrator of any Entra tenant writes what they like into `email`."""
    return bool(claims.get("email")) and (
        claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1", "true")
    )
