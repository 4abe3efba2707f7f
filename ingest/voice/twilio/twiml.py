"""What the menu wants said and done, as TwiML (twilio.com/docs/voice/twiml).

A document must never be one that the provider refuses: then it says that an error has occurred, and hangs up. So each
has an end that leads on or hangs up, at most 64 kB, and only those verbs that are allowed where it is asked for.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from cases.profile import Profile
from ingest.voice.calls import Reply
from ingest.voice.event import (
    Action,
    HangUp,
    LeaveQueue,
    Listen,
    Pause,
    PutThrough,
    Read,
    Record,
    Speak,
    Wait,
)
from ingest.voice.legs import Asked, Bridge, Reach
from ingest.voice.texts import SEAT_CONFIRM
from ingest.voice.twilio import voices
from ingest.voice.twilio.addresses import Addresses

LONGEST = 64_000
_LONGEST_SAY = 4_000
_MOST_HINTS = 500
_LONGEST_HINT = 100
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_ENDS = (Listen, Wait, LeaveQueue, Record, PutThrough, HangUp)
_TAKES_TIME = (Listen, Pause, LeaveQueue, HangUp)
_BREATH = 5
_EMPTY_QUEUE = 5
_LONGEST_SILENCE = 10
_RINGING = 30
_ANY_KEY = "1234567890*#"
"""As the notice says: who presses one before speaking is told that nothing was heard, and may speak then."""

Said = Speak | Read | Pause


class Documents:
    """Writes the documents of one service."""

    def __init__(self, profile: Profile, addresses: Addresses) -> None:
        self._profile = profile
        self._at = addresses

    def reply(self, reply: Reply, call_sid: str) -> str:
        """What a caller hears now. What has no end of its own comes back as a step in which nothing was said."""
        response = VoiceResponse()
        for action in reply.actions:
            self._add(response, action, reply.step, call_sid)
        if not _ends(reply.actions):
            response.redirect(self._at.of("step", reply.step))
        return whole(response)

    def waiting(self, reply: Reply, rounds: int) -> str:
        """What a caller hears in the queue, where few verbs are allowed; it takes time, and asks for the next round.

        Raises ValueError for an action that has no place there.
        """
        response = VoiceResponse()
        following = self._at.wait(reply.step, rounds + 1)
        for action in reply.actions:
            self._add_waiting(response, action, following)
        if not any(isinstance(action, _TAKES_TIME) for action in reply.actions):
            response.pause(length=_BREATH)
        if not any(isinstance(action, LeaveQueue | HangUp) for action in reply.actions):
            response.redirect(following)
        return whole(response)

    def joined(self, found: Bridge | Reach | Asked | None, leg_id: int) -> str:
        """What a seat that picked up is joined to. The queue of one caller is dialled by that call's name."""
        response = VoiceResponse()
        if isinstance(found, Asked):
            response.append(self._gather(_confirmation(found.lang), self._at.of("confirmed", leg_id), empty_too=False))
        elif isinstance(found, Bridge):
            dial = Dial(timeout=_EMPTY_QUEUE)
            dial.queue(found.call_sid, url=self._at.of("answered", leg_id), method="POST")
            response.append(dial)
        elif found is not None:
            response.append(self._reach(found, leg_id))
        response.hangup()
        return whole(response)

    def _reach(self, found: Reach, leg_id: int) -> Dial:
        dial = Dial(timeout=found.timeout, caller_id=found.line_number or None)
        told = self._at.notice("reached", leg_id)
        dial.number(found.number, status_callback=told, status_callback_event="completed")
        return dial

    def _add(self, response: VoiceResponse, action: Action, step: int, call_sid: str) -> None:
        match action:
            case Speak() | Read() | Pause():
                self._say(response, action)
            case Listen():
                response.append(self._gather(action, self._at.of("step", step), empty_too=True))
            case Wait():
                response.enqueue(call_sid, wait_url=self._at.wait(step, 0), action=self._at.of("queue", step))
            case Record():
                self._record(response, action, self._at.of("record", step))
            case PutThrough():
                response.dial(action.number, timeout=_RINGING, action=self._at.of("transfer", step))
            case HangUp():
                response.hangup()
            case LeaveQueue():
                raise ValueError("the caller is in no queue")

    def _add_waiting(self, response: VoiceResponse, action: Action, following: str) -> None:
        match action:
            case Speak() | Read() | Pause():
                self._say(response, action)
            case Listen():
                response.append(self._gather(action, following, empty_too=False))
            case LeaveQueue():
                response.leave()
            case HangUp():
                response.hangup()
            case Wait():
                pass  # as it does already
            case Record() | PutThrough():
                raise ValueError("the caller is in the queue")

    def _say(self, parent: VoiceResponse | Gather, said: Said) -> None:
        match said:
            case Pause():
                parent.pause(length=said.seconds)
            case Read():
                self._read(parent, said.text, said.lang)
            case Speak():
                prompt = self._profile.prompts[said.prompt][said.lang]
                if prompt.recording and not said.values:
                    parent.play(self._at.prompt(said.lang, prompt.recording))
                else:
                    self._read(parent, prompt.text.format_map(said.values), said.lang)

    def _read(self, parent: VoiceResponse | Gather, text: str, lang: str) -> None:
        voice, language = voices.voice(self._profile.phone, lang)
        for part in textwrap.wrap(speakable(text), _LONGEST_SAY):
            parent.say(part, voice=voice, language=language)

    def _gather(self, listen: Listen, action: str, *, empty_too: bool) -> Gather:
        """One key, or an entry that a key ends. `#` before anything else would count as silence where it ends one."""
        gather = Gather(
            input="dtmf speech" if listen.speech else "dtmf",
            action=action,
            timeout=listen.seconds,
            num_digits=listen.digits,
            finish_on_key=listen.ended_by,
            action_on_empty_result=True if empty_too else None,
            **self._recognition(listen),
        )
        for said in listen.prompts:
            self._say(gather, said)
        return gather

    def _recognition(self, listen: Listen) -> dict[str, str | None]:
        if not listen.speech:
            return {}
        language = voices.recognition(self._profile.phone, listen.lang)
        return {"speech_timeout": "auto", "language": language, "hints": ", ".join(_hints(listen.hints)) or None}

    def _record(self, response: VoiceResponse, record: Record, action: str) -> None:
        """An empty recording may come back at `action`, or fall through to the next verb: both lead there."""
        response.record(
            action=action,
            timeout=_LONGEST_SILENCE,
            max_length=record.seconds,
            finish_on_key=_ANY_KEY,
            play_beep=True,
            recording_status_callback=self._at.notice("recording"),
            recording_status_callback_event="completed absent",
        )
        response.redirect(action)


def _confirmation(lang: str) -> Listen:
    """Asked twice: the first time somebody may be saying their name."""
    asked = Speak(SEAT_CONFIRM.prompt, lang)
    return Listen(prompts=(asked, Pause(_BREATH), asked), lang=lang, seconds=_BREATH)


def speakable(text: str) -> str:
    """The text without what no XML document may hold; markup in it is only text."""
    return _NO_XML.sub(" ", text)


def whole(response: VoiceResponse) -> str:
    """The document. Raises ValueError where it is longer than the provider reads."""
    document = str(response)
    if len(document.encode()) > LONGEST:
        raise ValueError("the document is too long")
    return document


def _ends(actions: Sequence[Action]) -> bool:
    return bool(actions) and isinstance(actions[-1], _ENDS)


def _hints(words: Iterable[str]) -> list[str]:
    """Phrases to expect; a comma would part one."""
    plain = (speakable(word).replace(",", " ").strip() for word in words)
    return [word for word in plain if 0 < len(word) <= _LONGEST_HINT][:_MOST_HINTS]
