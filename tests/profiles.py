"""The profile that ships, read once a process: it takes a third of a second, and nobody changes it."""

from functools import cache

from app import profile as profiles
from cases.profile import Profile


@cache
def shipped() -> Profile:
    return profiles.load(profiles.find("profiles/mon-permis"))
