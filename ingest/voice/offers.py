"""The nodes where a person is promised: the queue, and the callback that keeps the caller's place."""

from cases.phone import Callback, Queue
from ingest.voice import words
from ingest.voice.choice import NOT_UNDERSTOOD
from ingest.voice.event import Event, Keyed, LeaveQueue, LeftQueue, Listen, Pause, Silence, Speak, Spoke, Wait, Waits
from ingest.voice.move import Move, Scene
from ingest.voice.numbers import callable_from, e164
from ingest.voice.speech import REPEAT, Words, key

WAITING, ARRIVED, PATIENT, TO_CALLBACK, LEAVING, OFFER, FAILED = (
    "",
    "arrived",
    "patient",
    "to_callback",
    "leaving",
    "offer",
    "failed",
)
ENTERED, ROUND, ROUND_OFFER, OFFERED, UNREACHABLE, TALKED = (
    "queue_entered",
    "queue_round",
    "queue_callback",
    "queue_offer",
    "queue_failed",
    "queue_talked",
)
_MUSIC = 20
_TRIES = 2

_WAYS: Words = {
    "fr": {"1": ("rappel", "rappeler", "rappelé", "rappelez moi"), "2": ("message", "messagerie", "répondeur")},
    "de": {"1": ("Rückruf", "zurückrufen"), "2": ("Nachricht", "Anrufbeantworter")},
    "nl": {"1": ("terugbellen", "teruggebeld", "bel mij terug"), "2": ("bericht", "boodschap", "voicemail")},
    "en": {"1": ("callback", "call back", "call me back"), "2": ("message", "voicemail")},
}


def queue(scene: Scene, _: Queue) -> Move:
    """Into the queue at once, and words there: whoever picks up while they are said finds the caller."""
    return scene.stays(Wait(), queued=True, stage=ARRIVED)


def queued(scene: Scene, node: Queue, event: Event) -> Move:
    """One event of a caller who waits, is leaving the queue, or is asked what to do after it."""
    if isinstance(event, LeftQueue) and event.answered:
        return scene.ends(scene.speak(TALKED))
    stage = scene.state.stage
    if stage in {OFFER, FAILED}:
        return _after(scene, node, event)
    if isinstance(event, LeftQueue):
        return _left(scene, node)
    if stage in {TO_CALLBACK, LEAVING}:
        return scene.stays(LeaveQueue())
    if isinstance(event, Keyed) and event.digits == "1":
        return scene.stays(LeaveQueue(), stage=TO_CALLBACK, number=_shown(scene))
    if _long_enough(scene, node):
        return scene.stays(LeaveQueue(), stage=LEAVING)
    told = isinstance(event, Waits)
    return scene.stays(_round(scene, told=told), stage=WAITING if told and stage == ARRIVED else stage)


def _long_enough(scene: Scene, node: Queue) -> bool:
    """A patient caller is left alone until the line closes; then nobody comes any more."""
    if scene.state.stage == PATIENT:
        return not scene.facts.open
    return scene.facts.waited_seconds >= node.patience


def _round(scene: Scene, *, told: bool) -> Listen:
    """Place and wait are known where the provider asks what to play, and not where a key was pressed for nothing."""
    wait = words.wait(scene.facts.wait_seconds, scene.state.lang)
    place = (scene.speak(ROUND, position=str(scene.facts.position), wait=wait),) if told else ()
    first = (scene.speak(ENTERED),) if told and scene.state.stage == ARRIVED else ()
    return Listen(prompts=(*first, *place, scene.speak(ROUND_OFFER), Pause(_MUSIC)), lang=scene.state.lang, seconds=2)


def _left(scene: Scene, node: Queue) -> Move:
    if scene.state.stage == TO_CALLBACK:
        return scene.goes(node.callback)
    stage = OFFER if scene.state.stage == LEAVING and scene.facts.open else FAILED
    return scene.stays(_offer(scene, stage), stage=stage)


def _offer(scene: Scene, stage: str) -> Listen:
    return scene.asks(scene.speak(OFFERED if stage == OFFER else UNREACHABLE))


def _after(scene: Scene, node: Queue, event: Event) -> Move:
    """Out of the queue: a callback, a message, or on with the waiting where somebody may still come."""
    way = key(event, _WAYS, scene.state.lang)
    if way == "1":
        return scene.goes(node.callback)
    if way == "2":
        return scene.goes(node.voicemail)
    if way == REPEAT or not isinstance(event, Keyed | Spoke | Silence):
        return scene.stays(_offer(scene, scene.state.stage))
    if scene.state.stage == OFFER and scene.facts.open:
        return scene.stays(Wait(), stage=PATIENT)
    return scene.goes(node.voicemail)


CONFIRM, ENTRY, SLOT = "confirm", "entry", "slot"
CONFIRM_NUMBER, ASK_NUMBER, BAD_NUMBER, OWN_NUMBER, ASK_SLOT = (
    "callback_confirm",
    "callback_number",
    "callback_bad_number",
    "callback_own_number",
    "callback_slot",
)
_SLOTS = {"1": "soon", "2": "morning", "3": "afternoon"}
_LONGEST_NUMBER = 18
_TYPING = 8

_YES_NO: Words = {
    "fr": {"1": ("oui", "exact", "correct", "c'est bon", "c'est juste"), "2": ("non", "autre numéro", "un autre")},
    "de": {"1": ("ja", "richtig", "stimmt", "genau"), "2": ("nein", "andere Nummer", "falsch")},
    "nl": {"1": ("ja", "juist", "klopt", "correct"), "2": ("nee", "neen", "ander nummer", "fout")},
    "en": {"1": ("yes", "right", "correct"), "2": ("no", "other number", "another", "wrong")},
}
_WHEN: Words = {
    "fr": {"1": ("dès que possible", "maintenant", "vite"), "2": ("matin",), "3": ("après-midi",)},
    "de": {"1": ("so bald wie möglich", "sofort", "gleich"), "2": ("Vormittag", "vormittags"), "3": ("Nachmittag",)},
    "nl": {"1": ("zo snel mogelijk", "meteen"), "2": ("ochtend", "voormiddag"), "3": ("namiddag", "middag")},
    "en": {"1": ("as soon as possible", "now", "soon"), "2": ("morning",), "3": ("afternoon",)},
}


def callback(scene: Scene, _: Callback) -> Move:
    """The number that is shown is confirmed; a hidden caller, or one we may not call, is asked for another."""
    if caller := _shown(scene):
        return scene.stays(_confirm(scene, caller), number=caller, stage=CONFIRM)
    return scene.stays(_entry(scene, scene.speak(ASK_NUMBER)), number="", stage=ENTRY)


def _shown(scene: Scene) -> str:
    """The caller's own number, '' where it is hidden or may not be called."""
    caller = e164(scene.facts.caller, scene.menu.country)
    return caller if _may_be_called(scene, caller) else ""


def _may_be_called(scene: Scene, number: str) -> bool:
    return callable_from(number, scene.menu.countries) and number not in scene.facts.own_numbers


def _confirm(scene: Scene, number: str) -> Listen:
    return scene.asks(scene.speak(CONFIRM_NUMBER, number=words.number(number, scene.menu.country)))


def _entry(scene: Scene, *prompts: Speak) -> Listen:
    return Listen(prompts=prompts, lang=scene.state.lang, digits=_LONGEST_NUMBER, ended_by="#", seconds=_TYPING)


def called_back(scene: Scene, node: Callback, event: Event) -> Move:
    """One answer of a caller who is asked for the number or for the time of day. Events of elsewhere: asked again."""
    answer = event if isinstance(event, Keyed | Spoke | Silence) else None
    if scene.state.stage == CONFIRM:
        return _confirmed(scene, answer)
    if scene.state.stage == ENTRY:
        return _entered(scene, node, answer)
    return _slotted(scene, node, answer)


def _confirmed(scene: Scene, answer: Event | None) -> Move:
    number = scene.state.number
    said = key(answer, _YES_NO, scene.state.lang) if answer else REPEAT
    if said == "1" or (said not in {"2", REPEAT} and scene.state.tries + 1 >= _TRIES):
        return scene.stays(scene.asks(scene.speak(ASK_SLOT)), stage=SLOT, callback=number, tries=0)
    if said == "2":
        own = _shown(scene)  # one that was keyed and refused is somebody else's
        return scene.stays(_entry(scene, scene.speak(ASK_NUMBER)), number=own, stage=ENTRY, tries=0)
    return scene.stays(_confirm(scene, number), tries=scene.state.tries + (said != REPEAT))


def _entered(scene: Scene, node: Callback, answer: Event | None) -> Move:
    number = e164(answer.digits, scene.menu.country) if isinstance(answer, Keyed) else ""
    if _may_be_called(scene, number):
        return scene.stays(_confirm(scene, number), number=number, stage=CONFIRM, tries=0)
    if answer is None:
        return scene.stays(_entry(scene, scene.speak(ASK_NUMBER)))
    if scene.state.tries + 1 < _TRIES:
        again = _entry(scene, scene.speak(_excuse(scene, answer, number)), scene.speak(ASK_NUMBER))
        return scene.stays(again, tries=scene.state.tries + 1)
    if scene.state.number:
        asked = scene.asks(scene.speak(ASK_SLOT))
        return scene.stays(asked, stage=SLOT, callback=scene.state.number, tries=0)
    return scene.goes(node.voicemail)


def _excuse(scene: Scene, answer: Event, number: str) -> str:
    """Why that is no number to call: one of ours would ring at a desk, and one of our lines would queue for itself."""
    if number in scene.facts.own_numbers:
        return OWN_NUMBER
    return BAD_NUMBER if isinstance(answer, Keyed) else NOT_UNDERSTOOD


def _slotted(scene: Scene, node: Callback, answer: Event | None) -> Move:
    """The callback is agreed already; who says nothing is called as soon as possible."""
    said = key(answer, _WHEN, scene.state.lang) if answer else REPEAT
    if said == REPEAT:
        return scene.stays(scene.asks(scene.speak(ASK_SLOT)))
    return scene.goes(node.next, slot=_SLOTS.get(said, "soon"))
