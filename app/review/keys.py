"""Single keys from a terminal, or the characters of a pipe."""

import codecs
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

END = ""
"""What is read where there is no more."""
_READ = 256
_SEQUENCE = re.compile("\x1b(?:\\[[0-9;]*[A-Za-z~]|O.)?")
"""What arrows and function keys send (ECMA-48 5.4): they mean nothing here."""


class Keyboard:
    """The keys of standard input, one at a time."""

    def __init__(self) -> None:
        self._waiting = ""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def key(self) -> str:
        """The next key, or `END`."""
        while not self._waiting:
            data = os.read(sys.stdin.fileno(), _READ)
            if not data:
                return END
            self._waiting = _SEQUENCE.sub("", self._decode(data))
        first, self._waiting = self._waiting[0], self._waiting[1:]
        return first

    def line(self, asked: str) -> str:
        """A line of text, shown as it is typed."""
        _show(asked)
        typed = ""
        while (key := self.key()) not in (END, "\n", "\r"):
            if key in ("\x7f", "\b"):
                typed = typed[:-1]
            elif key.isprintable():
                typed += key
            _show(f"\r\x1b[K{asked}{typed}")
        _show("\n")
        return typed.strip()


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """Keys arrive as they are pressed, and are not echoed; the terminal is as before at exit. A pipe stays a pipe."""
    if not sys.stdin.isatty():
        yield Keyboard()
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield Keyboard()
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
