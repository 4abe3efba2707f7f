from ingest.email.body import body_html, body_text
from ingest.email.limits import HARD
from ingest.email.mime import Part, read_tree


def tree(*parts: bytes, subtype: bytes = b"mixed") -> Part:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return read_tree(b"Content-Type: multipart/" + subtype + b"; boundary=b\r\n\r\n" + body + b"--b--", HARD).root


def plain(text: str) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()


def html(text: str) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + text.encode()


def test_an_alternative_gives_its_plain_text_and_its_html() -> None:
    root = tree(plain("déjà"), html("<p>déjà</p>"), subtype=b"alternative")
    assert body_text(root) == "déjà"
    assert body_html(root) == "<p>déjà</p>"


def test_an_empty_plain_alternative_does_not_hide_the_html() -> None:
    assert body_text(tree(plain(" \r\n"), html("<p>déjà</p>"), subtype=b"alternative")) == "déjà"


def test_texts_beside_each_other_are_all_kept() -> None:
    root = tree(html("<p>un</p>"), plain("deux & trois"))
    assert body_text(root) == "un\n\ndeux & trois"
    assert body_html(root) == "<p>un</p>\n<pre>deux &amp; trois</pre>"


def test_text_between_html_is_normalised_with_its_tag() -> None:
    assert "<pre≯" in body_html(tree(html("<p>un</p>"), plain("\u0338deux")))


def test_mail_without_html_has_none() -> None:
    assert body_html(tree(plain("un"))) == ""


def test_a_text_file_is_no_body_unless_it_is_all_there_is() -> None:
    file = b"Content-Type: text/plain; name=log.txt\r\nContent-Disposition: inline; filename=log.txt\r\n\r\nline"
    assert body_text(tree(plain("voir log"), file)) == "voir log"
    assert body_text(tree(file)) == "line"
    assert body_text(tree(b"Content-Type: text/plain; name=mail.txt\r\n\r\nBonjour")) == "Bonjour"


def test_the_charset_of_html_may_stand_in_its_meta_tag() -> None:
    part = b'Content-Type: text/html\r\n\r\n<meta charset="iso-8859-2"><p>\xb3\xf3d\xbc</p>'
    assert body_text(tree(part)) == "łódź"


def test_a_uuencoded_file_is_taken_out_of_the_text() -> None:
    assert (
        body_text(tree(plain("avant\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\naprès"))) == "avant\n[a.txt]\naprès"
    )
