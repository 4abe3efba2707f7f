"""What callers hear when nothing else works: an apology, and a place for a message. Needs no database and no profile.

The number's own fallback address answers with it, and so does every request that fails here or takes too long. The
message is found later, through the provider's own notice or its log.
"""

from twilio.twiml.voice_response import VoiceResponse

from ingest.voice.twilio.addresses import Addresses

_APOLOGY = {
    "fr": "Bonjour. Nous avons un problème technique et nous le regrettons. Laissez votre message après le signal et"
    " terminez par la touche dièse. Il est enregistré et sera écouté pour vous répondre.",
    "de": "Guten Tag. Wir haben ein technisches Problem und bedauern das. Sprechen Sie nach dem Signalton und beenden"
    " Sie Ihre Nachricht mit der Rautetaste. Sie wird aufgezeichnet und abgehört, um Ihnen zu antworten.",
    "nl": "Goedendag. We hebben een technisch probleem en dat spijt ons. Spreek uw bericht in na de toon en sluit af"
    " met het hekje. Het wordt opgenomen en beluisterd om u te antwoorden.",
    "en": "Hello. We have a technical problem and we are sorry. Leave your message after the tone and end it with the"
    " hash key. It is recorded and will be listened to, so that we can answer you.",
}
_THANKS = {
    "fr": "Merci. Au revoir.",
    "de": "Danke. Auf Wiederhören.",
    "nl": "Dank u. Tot ziens.",
    "en": "Thank you. Goodbye.",
}
_VOICES = {
    "fr": ("Polly.Isabelle-Neural", "fr-BE"),
    "de": ("Polly.Vicki-Neural", "de-DE"),
    "nl": ("Polly.Lisa-Neural", "nl-BE"),
    "en": ("Polly.Amy-Neural", "en-GB"),
}
_SECONDS = 120
_ROUND = 10
PATIENCE = 150
"""Seconds after which a caller is taken out of a queue that we cannot look into."""


class Fallback:
    """The documents, written once."""

    def __init__(self, addresses: Addresses) -> None:
        self.apology = _apology(addresses)
        self.thanks = _thanks()
        self.nothing = str(VoiceResponse())

    def waiting(self, queue_seconds: int, following: str) -> str:
        """For a caller in the queue, where no message can be recorded: silence for a while, then out of it."""
        response = VoiceResponse()
        if queue_seconds >= PATIENCE:
            response.leave()
        else:
            response.pause(length=_ROUND)
            response.redirect(following)
        return str(response)


def _apology(addresses: Addresses) -> str:
    response = VoiceResponse()
    _say(response, _APOLOGY)
    response.record(
        action=addresses.of("thanks"),
        max_length=_SECONDS,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=addresses.notice("recording"),
        recording_status_callback_event="completed absent",
    )
    response.hangup()
    return str(response)


def _thanks() -> str:
    response = VoiceResponse()
    _say(response, _THANKS)
    response.hangup()
    return str(response)


def _say(response: VoiceResponse, texts: dict[str, str]) -> None:
    for lang, text in texts.items():
        voice, language = _VOICES[lang]
        response.say(text, voice=voice, language=language)
