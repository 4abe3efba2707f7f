"""Voices and languages of the provider, as far as a Belgian service needs them.

Sources: twilio.com/docs/voice/twiml/say/text-speech and the languages of twilio.com/docs/voice/twiml/gather.
"""

from collections.abc import Mapping

VOICES: Mapping[str, frozenset[str]] = {
    "Polly.Isabelle-Neural": frozenset({"fr-BE"}),
    "Polly.Lea-Neural": frozenset({"fr-FR"}),
    "Polly.Remi-Neural": frozenset({"fr-FR"}),
    "Polly.Lea-Generative": frozenset({"fr-FR"}),
    "Polly.Remi-Generative": frozenset({"fr-FR"}),
    "Polly.Vicki-Neural": frozenset({"de-DE"}),
    "Polly.Daniel-Neural": frozenset({"de-DE"}),
    "Polly.Vicki-Generative": frozenset({"de-DE"}),
    "Polly.Daniel-Generative": frozenset({"de-DE"}),
    "Polly.Lisa-Neural": frozenset({"nl-BE"}),
    "Polly.Laura-Neural": frozenset({"nl-NL"}),
    "Polly.Amy-Neural": frozenset({"en-GB"}),
    "Polly.Emma-Neural": frozenset({"en-GB"}),
    "Polly.Brian-Neural": frozenset({"en-GB"}),
    "Polly.Amy-Generative": frozenset({"en-GB"}),
    "Polly.Niamh-Neural": frozenset({"en-IE"}),
    "Polly.Joanna-Neural": frozenset({"en-US"}),
    "Polly.Matthew-Neural": frozenset({"en-US"}),
    "man": frozenset({"en", "en-GB", "es", "fr", "de", "it"}),
    "woman": frozenset({"en", "en-GB", "es", "fr", "de", "it"}),
}
"""A voice speaks these languages and no other: another one makes the Say fail."""

SPOKEN = frozenset({"en", "fr", "de"}).union(*VOICES.values())
"""What `language` may be without a voice."""

RECOGNISED = frozenset(
    {
        "fr-FR",
        "fr-CA",
        "de-DE",
        "nl-BE",
        "nl-NL",
        "en-GB",
        "en-IE",
        "en-US",
        "en-AU",
        "es-ES",
        "it-IT",
        "pt-PT",
        "pl-PL",
    }
)
"""What a Gather understands. There is neither fr-BE nor de-BE."""

MODELS = ("default", "numbers_and_commands", "phone_call", "experimental_conversations", "experimental_utterances")
MODEL_PREFIXES = ("googlev2_", "deepgram_")


def speaks(voice: str, language: str) -> bool:
    """Whether a Say with that voice and language ('' where not given) is spoken."""
    if not voice:
        return not language or language in SPOKEN
    return voice in VOICES and (not language or language in VOICES[voice])


def language_of(voice: str, language: str) -> str:
    """The language that is heard."""
    return language or (min(VOICES[voice]) if voice in VOICES else "en-US")
