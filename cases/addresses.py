"""What is wrong with the addresses that a profile names."""

from collections.abc import Iterator

from cases.hours import Fault
from cases.policy import is_address, without_sub_address
from cases.profile import Profile

LONGEST = 320


def address_faults(key: str, address: str) -> Iterator[Fault]:
    """(key, cause, mend) where it is no address."""
    if not is_address(address) or address.count("@") != 1 or len(address) > LONGEST:
        yield key, f"{address} is not an address", "write it as name@example.org"


def others_faults(key: str, address: str, profile: Profile) -> Iterator[Fault]:
    """The same for one that is to be somebody else's: what we write to ourselves would come back as a message."""
    yield from address_faults(key, address)
    if without_sub_address(address.lower()) in profile.own_addresses:
        yield key, f"{address} is one of our own mailboxes: a loop", "use an address of people"
