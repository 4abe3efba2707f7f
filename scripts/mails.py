"""Shows every mail in every language as its receiver sees it: `python scripts/mails.py FOLDER`.

Writes one HTML page for each mail, its text beside it, and `index.html` that links them. For whoever changes a text:
the words are those of `notify/texts`, the cases are the invented ones of `tests/notify/letters.py`.
"""

import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.notify.letters import BODIES, CONTEXTS, author, letter


def main(folder: Path) -> None:
    """Write them into that folder."""
    folder.mkdir(parents=True, exist_ok=True)
    composer = author()
    lines = []
    for kind in CONTEXTS:
        for lang in ("fr", "de", "nl", "en"):
            mail = message_from_bytes(composer.compose(letter(kind, lang), True, BODIES), policy=policy.default)
            name = f"{kind}.{lang}"
            (folder / f"{name}.html").write_text(face(mail, "html"), encoding="utf-8")
            (folder / f"{name}.txt").write_text(f"{mail['Subject']}\n\n{face(mail, 'plain')}", encoding="utf-8")
            links = f'<a href="{name}.html">{name}</a> <a href="{name}.txt">txt</a>'
            lines.append(f"<li>{links} {escape(mail['Subject'])}</li>")
    (folder / "index.html").write_text(
        "<meta charset=utf-8>\n<ul>\n" + "\n".join(lines) + "\n</ul>\n", encoding="utf-8"
    )
    print(f"Open {folder / 'index.html'}")


def face(mail: EmailMessage, subtype: str) -> str:
    """The text of a mail, as plain or as HTML."""
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("var/mails"))
