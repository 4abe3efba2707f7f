"""The voices and the recognition languages that Twilio has, as far as a Belgian service needs them.

A voice speaks one language: with another `language` a Say fails. The recogniser has neither fr-BE nor de-BE. Sources:
twilio.com/docs/voice/twiml/say/text-speech and the languages of twilio.com/docs/voice/twiml/gather.
"""

from collections.abc import Mapping

from cases.phone import Phone
from ingest.voice.lint import Abilities

VOICES: Mapping[str, str] = {
    "Polly.Isabelle-Neural": "fr-BE",
    "Polly.Lea-Neural": "fr-FR",
    "Polly.Remi-Neural": "fr-FR",
    "Polly.Lea-Generative": "fr-FR",
    "Polly.Vicki-Neural": "de-DE",
    "Polly.Daniel-Neural": "de-DE",
    "Polly.Vicki-Generative": "de-DE",
    "Polly.Daniel-Generative": "de-DE",
    "Polly.Lisa-Neural": "nl-BE",
    "Polly.Laura-Neural": "nl-NL",
    "Polly.Amy-Neural": "en-GB",
    "Polly.Emma-Neural": "en-GB",
    "Polly.Brian-Neural": "en-GB",
}
"""Each voice's language."""

RECOGNITION = frozenset({"fr-FR", "fr-CA", "de-DE", "nl-BE", "nl-NL", "en-GB", "en-IE", "en-US"})
"""What a Gather understands."""

_VOICE = {
    "fr": "Polly.Isabelle-Neural",
    "de": "Polly.Vicki-Neural",
    "nl": "Polly.Lisa-Neural",
    "en": "Polly.Amy-Neural",
}
_RECOGNITION = {"fr": "fr-FR", "de": "de-DE", "nl": "nl-BE", "en": "en-GB"}


def voice(phone: Phone, lang: str) -> tuple[str, str]:
    """The voice that speaks a language (ISO 639-1), and that voice's language tag. Raises KeyError."""
    name = phone.voices.get(lang) or _VOICE[lang]
    return name, VOICES[name]


def recognition(phone: Phone, lang: str) -> str:
    """The tag of the language in which speech is recognised. Raises KeyError."""
    return phone.recognition.get(lang) or _RECOGNITION[lang]


def abilities() -> Abilities:
    """What a profile may ask for."""
    languages = {tag[:2] for tag in VOICES.values()}
    voices = {lang: [name for name, tag in VOICES.items() if tag.startswith(lang)] for lang in languages}
    return Abilities(voices, RECOGNITION)
