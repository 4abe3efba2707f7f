"""The nodes that say something or take one thing from the caller: a case number, a message, a transfer."""

import re

from cases.case import Status
from cases.phone import Announce, Goodbye, Identify, Opening, Say, Stand, Transfer, Voicemail
from ingest.voice import words
from ingest.voice.choice import NOT_UNDERSTOOD
from ingest.voice.event import (
    Event,
    Keyed,
    Listen,
    PutThrough,
    Read,
    Record,
    Recorded,
    Silence,
    Speak,
    Spoke,
    Standing,
    TransferEnded,
)
from ingest.voice.move import Move, Scene

IDENTIFIED = "identified"
STANDS = {status: f"status_{status}" for status in Status}
ANSWER_BY, NO_CODE, TOO_MANY_CODES = "status_by", "status_unknown", "status_not_now"
EMPTY_MESSAGE, NO_MESSAGE = "empty_message", "no_message"
_CASE_NUMBER = re.compile("([0-9]{2})([0-9]{5,8})")
_LONGEST_CASE_NUMBER = 10
_PATIENCE = 8


def say(scene: Scene, node: Say) -> Move:
    return scene.goes(node.next, scene.speak(node.prompt))


def announce(scene: Scene, node: Announce) -> Move:
    banner, lang = scene.facts.banner, scene.state.lang
    spoken_in = lang if lang in banner else next(iter(banner), "")
    if not spoken_in:
        return scene.goes(node.next)
    return scene.goes(node.next, Read(banner[spoken_in], spoken_in), banner_heard=True)


def opening(scene: Scene, node: Opening) -> Move:
    if scene.facts.open:
        return scene.goes(node.open, closed=False)
    at = words.opening(scene.facts.opens_at, scene.facts.now, scene.state.lang)
    said = (scene.speak(node.prompt, opening=at),) if node.prompt else ()
    return scene.goes(node.closed, *said, closed=True)


def goodbye(scene: Scene, node: Goodbye) -> Move:
    return scene.ends(scene.speak(node.prompt), referred=node.referral)


def identify(scene: Scene, node: Identify) -> Move:
    return scene.stays(_entry(scene, scene.speak(node.prompt)))


def _entry(scene: Scene, *prompts: Speak) -> Listen:
    return Listen(prompts=prompts, lang=scene.state.lang, digits=_LONGEST_CASE_NUMBER, ended_by="#", seconds=_PATIENCE)


def identified(scene: Scene, node: Identify, event: Event) -> Move:
    """A case number is read back and kept; whether there is such a case is not told to who only guesses."""
    if not isinstance(event, Keyed | Spoke | Silence):
        return identify(scene, node)
    keyed = _CASE_NUMBER.fullmatch(event.digits) if isinstance(event, Keyed) else None
    if keyed:
        said = scene.speak(IDENTIFIED, number=words.spelled(keyed.groups()))
        return scene.goes(node.next, said, keyed_case="-".join(keyed.groups()))
    tries = scene.state.tries + 1
    if tries >= node.tries:
        return scene.goes(node.next)
    return scene.stays(_entry(scene, scene.speak(NOT_UNDERSTOOD), scene.speak(node.prompt)), tries=tries)


def stand(scene: Scene, node: Stand) -> Move:
    return scene.stays(_entry(scene, scene.speak(node.prompt)))


def stood(scene: Scene, node: Stand, event: Event) -> Move:
    """The caller hears where the case stands and is back at the menu; so is who keyed no code that is known."""
    if not isinstance(event, Keyed | Spoke | Silence):
        return stand(scene, node)
    found, keyed = scene.facts.standing, _CASE_NUMBER.fullmatch(event.digits) if isinstance(event, Keyed) else None
    if found and found.limited:
        return scene.goes(node.next, scene.speak(TOO_MANY_CODES))
    if found and found.status:
        return scene.goes(node.next, *_told(scene, found), told=True)
    if keyed and found is None:
        said = scene.speak(IDENTIFIED, number=words.spelled(keyed.groups()))
        return scene.goes(node.next, said, keyed_case="-".join(keyed.groups()))
    excuse, tries = scene.speak(NO_CODE if found else NOT_UNDERSTOOD), scene.state.tries + 1
    if tries >= node.tries:
        return scene.goes(node.next, excuse)
    return scene.stays(_entry(scene, excuse, scene.speak(node.prompt)), tries=tries)


def _told(scene: Scene, found: Standing) -> list[Speak]:
    said = [scene.speak(STANDS[Status(found.status)])]
    if found.due_at:
        due_at = found.due_at.astimezone(scene.facts.now.tzinfo)
        said.append(scene.speak(ANSWER_BY, due=words.opening(due_at, scene.facts.now, scene.state.lang)))
    return said


def voicemail(scene: Scene, node: Voicemail) -> Move:
    return scene.stays(scene.speak(node.prompt), Record(node.seconds, scene.state.lang))


def recorded(scene: Scene, node: Voicemail, event: Event) -> Move:
    """An empty message may be left again, once; then nobody is promised an answer to it."""
    if isinstance(event, Recorded) and event.seconds > 0:
        return scene.goes(node.next, recorded=True)
    if not isinstance(event, Recorded | Silence):
        return voicemail(scene, node)
    if scene.state.tries or (isinstance(event, Recorded) and event.hung_up):
        return scene.ends(scene.speak(NO_MESSAGE))
    return scene.stays(scene.speak(EMPTY_MESSAGE), Record(node.seconds, scene.state.lang), tries=1)


def transfer(scene: Scene, node: Transfer) -> Move:
    return scene.stays(scene.speak(node.prompt), PutThrough(node.number))


def transferred(scene: Scene, node: Transfer, event: Event) -> Move:
    if not isinstance(event, TransferEnded):
        return transfer(scene, node)
    if event.answered:
        return scene.ends(transferred=True)
    return scene.goes(node.otherwise)
