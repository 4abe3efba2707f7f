"""Who else has a case open, in words."""

from collections.abc import Iterable
from typing import Any

from desk.words import Words


def there(t: Words, others: Iterable[Any]) -> str:
    """One sentence for each of the rows of `Looking.others`, '' where nobody is there."""
    said = (t("composer.writing_too" if one.writing else "composer.looking_too", name=one.name) for one in others)
    return " · ".join(said)
