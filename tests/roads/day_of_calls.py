"""A working day of a phone line: people who call, wait, leave, ask to be called and leave messages, in simulated time.

The provider is the demonstration's own, which shares no code with the service. `Day.run` plays the day; what each
caller did is theirs to know, and nothing here looks into the service.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.demo.telephone.call import Call
from app.demo.telephone.provider import Person, Provider

LINES = ("+3281001718", "+3281001718", "+3281001718", "+3287001719")
SEATS = ("+3281001801", "+3281001802")
TICK = 2.0
TALK = (20.0, 200.0)
LANGUAGES = "1234"
TOOLS = "12340"


@dataclass
class Caller:
    """One call: `plan` is what the person means to do, `leaves_at` when patience ends in the queue."""

    call: Call
    plan: str
    leaves_at: datetime
    talked: bool = False
    hangs_up_at: datetime | None = None


@dataclass
class Day:
    """`work` is what the service's workers would do between two requests; `there` are those whose call is not over."""

    provider: Provider
    work: Callable[[], object]
    seed: int = 7
    callers: list[Caller] = field(default_factory=list)
    there: list[Caller] = field(default_factory=list)

    def run(self, begin: datetime, end: datetime, count: int) -> None:
        """Play the day until the last call is over."""
        chance = random.Random(self.seed)
        for seat in SEATS:
            self.provider.people[seat] = Person("answers", 4.0)
        arrivals = iter(self._arrivals(chance, begin, end, count))
        due = next(arrivals, None)
        while due is not None or self.there:
            while due is not None and due <= self.provider.timeline.now:
                self.arrive(chance)
                due = next(arrivals, None)
            self.provider.wait(TICK)
            self.go_on(chance)
            self.work()

    def _arrivals(self, chance: random.Random, begin: datetime, end: datetime, count: int) -> Iterator[datetime]:
        length = (end - begin).total_seconds()
        return iter(sorted(begin + timedelta(seconds=chance.uniform(0, length)) for _ in range(count)))

    def arrive(self, chance: random.Random) -> None:
        """Somebody dials and goes as far through the menu as the plan says."""
        line = chance.choice(LINES)
        number = chance.choice(("anonymous", *(f"+3247000{chance.randrange(1, 90):04d}" for _ in range(9))))
        call = self.provider.dial(line, number)
        plans = ["wait"] * 11 + ["menu", "callback", "voicemail", "voicemail", "tax", "speech", "lost"]
        leaves = self.provider.timeline.now + timedelta(seconds=chance.expovariate(1 / 240) + 5)
        one = Caller(call, chance.choice(plans), leaves)
        self.callers.append(one)
        self.there.append(one)
        PLANS[one.plan](one, chance)

    def go_on(self, chance: random.Random) -> None:
        """Those who wait run out of patience; those who talk come to an end."""
        now = self.provider.timeline.now
        self.there = [one for one in self.there if not one.call.ended]
        for one in self.there:
            if one.call.talks_with:
                one.talked = True
                one.hangs_up_at = one.hangs_up_at or now + timedelta(seconds=chance.uniform(*TALK))
            if now >= (one.hangs_up_at or one.leaves_at):
                one.call.hang_up()


def _choose(one: Caller, chance: random.Random) -> None:
    if one.call.to == LINES[0]:
        one.call.press(chance.choice(LANGUAGES))
    one.call.press(chance.choice(TOOLS))


def _leave_in_menu(one: Caller, chance: random.Random) -> None:
    if one.call.to == LINES[0] and chance.random() < 0.5:
        one.call.press("1")
    one.call.wait(chance.uniform(1, 6))
    one.call.hang_up()


def _ask_for_callback(one: Caller, chance: random.Random) -> None:
    """1 in the queue or after hours, then the number is right (or keyed by who hides it), as soon as possible."""
    _choose(one, chance)
    if one.call.ended or one.call.talks_with:
        return
    one.call.press("1")
    if one.call.talks_with:
        return
    if one.call.from_ == "anonymous":
        one.call.press(f"0470{chance.randrange(100, 999)}{chance.randrange(100, 999)}#")
    one.call.press("11")


def _leave_message(one: Caller, chance: random.Random) -> None:
    """After hours: 2 and a message. In hours there is none to leave, and the caller waits."""
    _choose(one, chance)
    if any("faites le 2. " in each.text or "message" in each.text.lower() for each in one.call.heard[-1:]):
        one.call.press("2")
        one.call.leave_message(chance.uniform(3, 20))


def _ask_about_tax(one: Caller, chance: random.Random) -> None:
    if one.call.to == LINES[0]:
        one.call.press("1")
        one.call.say("ma déclaration d'impôts")
    else:
        one.call.say("meine Steuererklärung")


def _speak(one: Caller, chance: random.Random) -> None:
    if one.call.to == LINES[0]:
        one.call.press("1")
    one.call.say(chance.choice(("NOTICe", "TWICE", "GesPer")))


def _say_nothing(one: Caller, chance: random.Random) -> None:
    """Silence, from beginning to end."""


PLANS: dict[str, Callable[[Caller, random.Random], None]] = {
    "wait": _choose,
    "menu": _leave_in_menu,
    "callback": _ask_for_callback,
    "voicemail": _leave_message,
    "tax": _ask_about_tax,
    "speech": _speak,
    "lost": _say_nothing,
}
