"""Speech to text on this machine, with a Whisper model from a local folder (docs/adr/0016-voicemail-to-text.md).

What comes out is a help for whoever files the message, never the message: the sound stays beside it.
"""

import io
import os
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cases.profile import Profile

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

LONGEST_RATIO = 2.4
"""Text that compresses better than this is one thing said again and again: a ring-back tone, noise."""
KEEP = {"threshold": 0.2, "speech_pad_ms": 1000}
"""What counts as speech on a telephone: the library's own 0.5 and 400 ms cut off how messages begin."""
REPEATS = 4
"""So often in a row nobody says the same words."""


@dataclass(frozen=True, slots=True)
class Text:
    """What was heard. `logprob` is the mean log probability of its words, at most 0."""

    words: str
    logprob: float


Transcribe = Callable[[bytes, str], Text | None]
"""(sound, language) -> text, or None where nothing sensible was heard."""


@dataclass(frozen=True)
class Whisper:
    """A CTranslate2 model in that folder; loaded at the first message, kept from then on."""

    folder: Path
    glossary: str = ""
    threads: int = 1

    def __call__(self, sound: bytes, lang: str) -> Text | None:
        """The language is the menu's choice: left to guess, the model takes French for Latin."""
        segments, _ = self._model.transcribe(
            io.BytesIO(sound),
            language=lang,
            temperature=0,  # the default tries six temperatures on what it cannot hear: 32 s for 12 s of speech
            vad_filter=True,  # of silence and noise the model makes words
            vad_parameters=KEEP,
            condition_on_previous_text=False,
            initial_prompt=self.glossary or None,
        )
        heard = list(segments)
        words = " ".join(segment.text.strip() for segment in heard).strip()
        if not words or not sensible(words):
            return None
        return Text(words, sum(segment.avg_logprob for segment in heard) / len(heard))

    @cached_property
    def _model(self) -> "WhisperModel":
        os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is fetched at run time, whatever the folder lacks
        from faster_whisper import WhisperModel  # brings CTranslate2 and PyAV: 80 MB

        return WhisperModel(str(self.folder), device="cpu", compute_type="int8", cpu_threads=self.threads)


def glossary(profile: Profile) -> str:
    """The names that a model would not know, as the text that it is told came before."""
    names = (name for tool in profile.tools for name in (tool.labels.get(profile.default_language, tool.id),))
    return ", ".join(dict.fromkeys(names))


def sensible(text: str) -> bool:
    """Whether a text may be something that a person said."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) <= LONGEST_RATIO and not repeats(re.findall(r"\w+", text.lower()))


def repeats(words: Sequence[str], longest: int = 6) -> bool:
    """Whether one to `longest` words come at least four times in a row."""
    return any(_repeats_by(words, length) for length in range(1, longest + 1))


def _repeats_by(words: Sequence[str], length: int) -> bool:
    same = 0
    for first, second in zip(words, words[length:], strict=False):
        same = same + 1 if first == second else 0
        if same >= length * (REPEATS - 1):
            return True
    return False
