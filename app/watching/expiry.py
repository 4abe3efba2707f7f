"""When secrets expire: nobody can be asked for it, so their last days are noted (AIGUILLAGE_SECRETS_EXPIRE)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from app.settings import Settings

SOON_DAYS = 30


def expiries(settings: Settings) -> Mapping[str, datetime]:
    """When each secret expires, by the name that the settings give it: the begin of that day, UTC."""
    days = dict(settings.expiring_secrets)
    if settings.jira_token_expires:
        days["jira"] = settings.jira_token_expires
    return {name: datetime.combine(date.fromisoformat(day), time(), UTC) for name, day in days.items()}


def expiring(settings: Settings, now: datetime) -> Mapping[str, int]:
    """The days that are left for each that expires soon, or has."""
    left = {name: (moment - now).days for name, moment in expiries(settings).items()}
    return {name: days for name, days in left.items() if days < SOON_DAYS}
