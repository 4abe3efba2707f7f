"""What programs are told of, joined."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from notify.hooks.address import Guide
from notify.hooks.deliver import Hooks
from notify.hooks.sending import Sender
from store.tx import Kind

if TYPE_CHECKING:
    from app.settings import Settings
    from app.wiring import Handler, House


def guide(settings: "Settings") -> Guide:
    """What looks at addresses: hosts that the operator names may be anywhere."""
    named = (one.strip().lower() for one in settings.webhook_hosts.split(","))
    return Guide(frozenset(one for one in named if one))


def handlers(house: "House") -> Mapping[Kind, "Handler"]:
    """What works webhooks."""
    sender = Sender(guide(house.settings))
    hooks = Hooks(store=house.store, signer=house.signer, sender=sender, clock=house.clock)
    return {Kind.HOOK: hooks.process}
