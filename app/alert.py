"""Word that a probe is late, by another way than the one that may be broken: an address on the web, or a command."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from cases.probe import Probe

PATIENCE = 20.0
"""Seconds for each way."""


def alert(rules: Probe, said: Mapping[str, Any]) -> Iterator[str]:
    """Tell it by every way that the profile names; what could not be told, in words."""
    if rules.webhook and (fault := _post(rules.webhook, said)):
        yield f"the webhook was not told: {fault}"
    if rules.command and (fault := _run(rules.command, said)):
        yield f"the command has failed: {fault}"
    if not (rules.webhook or rules.command):
        yield "nobody is told: the profile's [probe] names neither webhook nor command"


def _post(address: str, said: Mapping[str, Any]) -> str:
    import httpx2

    try:
        httpx2.post(address, json=dict(said), timeout=PATIENCE).raise_for_status()
    except httpx2.HTTPError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _run(command: tuple[str, ...], said: Mapping[str, Any]) -> str:
    try:
        subprocess.run(  # noqa: S603 - the profile's own words, without a shell
            command, input=json.dumps(said).encode(), timeout=PATIENCE, check=True, capture_output=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
