"""Files inside files: what a container among the parts (winmail.dat, uuencoded text) holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a container; `filename` is as the sender wrote it, unsafe."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a container held. `text` and `html` are the mail's body where the container is a whole mail."""

    members: tuple[Member, ...] = ()
    text: str = ""
    html: str = ""


NOTHING_UNPACKED = Unpacked()
