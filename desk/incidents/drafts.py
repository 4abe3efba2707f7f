"""What stands in the form before anybody has written: texts of ours in every language of the service."""

from zoneinfo import ZoneInfo

from cases.major import Incident, Part, Texts
from cases.profile import Profile
from desk.pages import Named
from desk.words import LANGUAGES, Words


def announcement(incident: Incident, profile: Profile) -> Texts:
    """What is proposed to be said of a new incident; of one that runs, what was said last."""
    if incident.texts:
        return {part: incident.texts.get(part, {}) for part in Part}
    return {part: _each(profile, f"announce_{part}", incident) for part in Part}


def closing(incident: Incident, profile: Profile) -> Texts:
    """What is proposed as the last word."""
    return {Part.MESSAGE: _each(profile, "close_message", incident)}


def _each(profile: Profile, key: str, incident: Incident) -> dict[str, str]:
    """The same in each language; one that we have no words in is left to who writes."""
    known = [lang for lang in profile.languages if lang in LANGUAGES]
    return {lang: _said(Named(profile, Words(lang, ZoneInfo(profile.timezone))), key, incident) for lang in known}


def _said(labels: Named, key: str, incident: Incident) -> str:
    tool = labels.tool(incident.tool)
    return labels.words(f"incidents.draft.{key}" + ("" if tool else "_any"), tool=tool)
