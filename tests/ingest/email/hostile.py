"""Mail that was made to break parsers: each kind is a function without arguments that returns raw bytes."""

import base64
from collections.abc import Callable

Maker = Callable[[], bytes]
HOSTILE: dict[str, Maker] = {}

_MINIMAL = b"From: a@example.org\r\nTo: aide@example.be\r\nSubject: test\r\nMessage-ID: <1@example.org>\r\n"


def hostile(maker: Maker) -> Maker:
    HOSTILE[maker.__name__] = maker
    return maker


def fields(*lines: bytes, body: bytes = b"Bonjour\r\n") -> bytes:
    return _MINIMAL + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def text(body: bytes, content_type: bytes = b"text/plain; charset=utf-8", encoding: bytes = b"8bit") -> bytes:
    return fields(b"Content-Type: " + content_type, b"Content-Transfer-Encoding: " + encoding, body=body)


def html(body: bytes) -> bytes:
    return text(body, b"text/html; charset=utf-8")


def multipart(*parts: bytes, subtype: bytes = b"mixed", end: bytes = b"--b--\r\n") -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end
    return fields(b"Content-Type: multipart/" + subtype + b'; boundary="b"', body=body)


def attachment(disposition: bytes, content: bytes = b"aGVsbG8=") -> bytes:
    head = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: "
    return multipart(b"Content-Type: text/plain\r\n\r\nBonjour", head + disposition + b"\r\n\r\n" + content)


def charset(name: bytes, body: bytes) -> bytes:
    return text(body, b"text/plain; charset=" + name)


# Size and number


@hostile
def a_hundred_thousand_parts() -> bytes:
    return multipart(*[b"Content-Type: text/plain\r\n\r\nx"] * 100_000)


@hostile
def ten_thousand_parts() -> bytes:
    return multipart(*[b"Content-Type: text/html\r\n\r\n<p>x"] * 10_000)


@hostile
def a_hundred_thousand_empty_parts() -> bytes:
    return fields(b"Content-Type: multipart/mixed; boundary=b", body=b"--b\n" * 100_000)


@hostile
def a_million_false_delimiters() -> bytes:
    return fields(b"Content-Type: multipart/mixed; boundary=b", body=b"--bx\n" * 1_000_000)


@hostile
def delimiters_in_one_line() -> bytes:
    return fields(b"Content-Type: multipart/mixed; boundary=b", body=b"--b" * 1_000_000)


@hostile
def one_megabyte_subject() -> bytes:
    return _MINIMAL.replace(b"test", b"x" * 1_000_000) + b"\r\nBonjour\r\n"


@hostile
def one_megabyte_subject_of_encoded_words() -> bytes:
    return _MINIMAL.replace(b"test", b"=?utf-8?q?=C3=A9?= " * 50_000) + b"\r\nBonjour\r\n"


@hostile
def one_megabyte_subject_folded() -> bytes:
    return _MINIMAL.replace(b"test", b"x\r\n " * 250_000) + b"\r\nBonjour\r\n"


@hostile
def unfinished_encoded_words() -> bytes:
    return _MINIMAL.replace(b"test", b"=?utf-8?q?" * 10_000) + b"\r\nBonjour\r\n"


@hostile
def a_hundred_thousand_fields() -> bytes:
    return _MINIMAL + b"X-A: b\r\n" * 100_000 + b"\r\nBonjour\r\n"


@hostile
def a_hundred_thousand_lines_that_are_no_field() -> bytes:
    return _MINIMAL + b"no field\r\nX: y\r\n" * 50_000 + b"\r\nBonjour\r\n"


@hostile
def field_name_of_a_megabyte() -> bytes:
    return _MINIMAL + b"X" * 1_000_000 + b": y\r\n\r\nBonjour\r\n"


@hostile
def ten_thousand_senders() -> bytes:
    return (
        _MINIMAL.replace(b"a@example.org", b", ".join(b"a%d@example.org" % n for n in range(10_000)))
        + b"\r\nBonjour\r\n"
    )


@hostile
def ten_thousand_references() -> bytes:
    return fields(b"References: " + b"\r\n ".join(b"<%d@example.org>" % n for n in range(10_000)))


@hostile
def ten_thousand_received() -> bytes:
    return _MINIMAL + b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0100\r\n" * 10_000 + b"\r\nBonjour\r\n"


@hostile
def ten_thousand_continuations() -> bytes:
    value = b";".join(b" name*%d=x" % n for n in range(10_000))
    return fields(b"Content-Type: text/plain;" + value)


@hostile
def ten_thousand_encoded_continuations() -> bytes:
    value = b";\r\n".join(b" filename*%d*=%%C3%%A9" % n for n in range(10_000))
    return attachment(b"attachment;" + value)


@hostile
def ten_thousand_parameters() -> bytes:
    return fields(b"Content-Type: text/plain;" + b";".join(b" p%d=x" % n for n in range(10_000)))


@hostile
def parameter_of_backslashes() -> bytes:
    return fields(b'Content-Type: text/plain; name="' + b"\\" * 15_000)


@hostile
def parameter_of_quotes() -> bytes:
    return fields(b"Content-Type: text/plain; name=" + b'"' * 15_000)


@hostile
def continuation_number_of_a_thousand_digits() -> bytes:
    return attachment(b"attachment; filename*" + b"9" * 1_000 + b"=x; filename*0=y")


@hostile
def continuation_number_that_is_a_superscript() -> bytes:
    return attachment("attachment; filename*²=x".encode())


@hostile
def ten_megabytes_of_text() -> bytes:
    return text(b"Bonjour tout le monde.\r\n" * 400_000)


@hostile
def one_line_of_ten_megabytes() -> bytes:
    return text(b"x" * 10_000_000)


@hostile
def large_attachment() -> bytes:
    return attachment(b"attachment; filename=photo.jpg", base64.encodebytes(bytes(15_000_000)))


@hostile
def seventy_pdfs() -> bytes:
    part = b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0="
    return multipart(b"\r\nvoir annexes", *[part] * 70)


# Nesting


def nested(depth: int, subtype: bytes = b"mixed") -> bytes:
    head = b"".join(
        b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (subtype, n, n) for n in range(depth)
    )
    return _MINIMAL + head + b"Content-Type: text/plain\r\n\r\nau fond\r\n"


@hostile
def nested_a_dozen_deep() -> bytes:
    return nested(12)


@hostile
def nested_a_thousand_deep() -> bytes:
    return nested(1_000)


@hostile
def nested_ten_thousand_deep() -> bytes:
    return nested(10_000, b"alternative")


@hostile
def nested_with_the_same_boundary() -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    return _MINIMAL + head * 5_000 + b"\r\nau fond\r\n"


@hostile
def nested_with_boundaries_that_begin_alike() -> bytes:
    inner = b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\nau fond\r\n--bb--"
    return multipart(inner)


@hostile
def three_hundred_messages_in_each_other() -> bytes:
    return _MINIMAL + b"Content-Type: message/rfc822\r\n\r\n" * 300 + b"\r\nau fond\r\n"


@hostile
def ten_thousand_messages_in_each_other() -> bytes:
    return (_MINIMAL + b"Content-Type: message/rfc822\r\n\r\n") * 10_000


@hostile
def nested_comments() -> bytes:
    return _MINIMAL.replace(b"a@example.org", b"(" * 20_000 + b"a@example.org" + b")" * 20_000) + b"\r\nBonjour\r\n"


@hostile
def nested_comments_in_the_date() -> bytes:
    return fields(b"Date: Mon, 2 Mar 2026 09:00:00 +0100 " + b"(" * 10_000)


@hostile
def group_in_group() -> bytes:
    return _MINIMAL.replace(b"a@example.org", b"g:" * 10_000 + b"a@example.org" + b";" * 10_000) + b"\r\nBonjour\r\n"


@hostile
def angle_brackets() -> bytes:
    return _MINIMAL.replace(b"a@example.org", b"<" * 20_000) + b"\r\nBonjour\r\n"


@hostile
def at_signs() -> bytes:
    return _MINIMAL.replace(b"a@example.org", b"a@" * 20_000) + b"\r\nBonjour\r\n"


@hostile
def quotes_in_the_sender() -> bytes:
    return _MINIMAL.replace(b"a@example.org", b'"\\' * 15_000) + b"\r\nBonjour\r\n"


# HTML


@hostile
def html_nested_divs() -> bytes:
    return html(b"<div>" * 50_000 + b"texte")


@hostile
def html_nested_divs_with_false_ends() -> bytes:
    return html(b"<div></x>" * 30_000 + b"texte")


@hostile
def html_nested_tables() -> bytes:
    return html(b"<table><tr><td>" * 15_000 + b"texte")


@hostile
def html_nested_quotes() -> bytes:
    return html(b"<blockquote>" * 20_000 + b"texte")


@hostile
def html_nested_cells_in_svg() -> bytes:
    return html(b"<svg>" + b"<td>" * 50_000)


@hostile
def html_unfinished_tags() -> bytes:
    return html(b"<a " * 95_000)


@hostile
def html_unfinished_tags_of_a_megabyte() -> bytes:
    return html(b"<a " * 340_000)


@hostile
def html_attributes() -> bytes:
    return html(b"<a " + b" ".join(b"a%d" % n for n in range(40_000)) + b">texte")


@hostile
def html_attributes_after_a_quoted_end() -> bytes:
    return html(b'<a title=">" ' + b" ".join(b"a%d=1" % n for n in range(30_000)) + b">texte")


@hostile
def html_attributes_without_space() -> bytes:
    return html(b"<a " + b"/".join(b"a%d" % n for n in range(40_000)) + b">texte")


@hostile
def html_formatting_elements() -> bytes:
    return html(b"<p>" + b"<b><i><u><font>" * 10_000 + b"</p><p>" * 1_000 + b"texte")


@hostile
def html_less_than_signs() -> bytes:
    return html(b"<" * 290_000)


@hostile
def html_comments() -> bytes:
    return html(b"<!--" * 70_000 + b"texte")


@hostile
def html_entities() -> bytes:
    return html(b"&#0;&#xD800;&#2;&#3;&#x202e;&amp" * 9_000)


@hostile
def html_of_ten_megabytes() -> bytes:
    return html(b"<p>Bonjour</p>" * 700_000)


@hostile
def html_that_claims_another_charset() -> bytes:
    return text(b"<meta charset=utf-16><p>d\xc3\xa9chet", b"text/html")


@hostile
def html_with_nul_and_sentinels() -> bytes:
    return html(b"<p>a\x00b\x02c\x03d\x1be</p><blockquote>\x02\x02</blockquote>")


# Charsets


@hostile
def charset_punycode() -> bytes:
    return charset(b"punycode", b"a" * 100_000 + b"-" + b"z" * 100_000)


@hostile
def charset_idna() -> bytes:
    return charset(b"idna", b"." * 10_000)


@hostile
def charset_undefined() -> bytes:
    return charset(b"undefined", b"Bonjour")


@hostile
def charset_utf_7() -> bytes:
    return charset(b"utf-7", b"+2AA- +AAA- Bonjour +AOk-")


@hostile
def charset_unicode_escape() -> bytes:
    return charset(b"unicode_escape", b"\\ud800 \\x00 Bonjour \\N{DIGIT ONE}")


@hostile
def charset_raw_unicode_escape() -> bytes:
    return charset(b"raw_unicode_escape", b"\\ud800 \\u0000 Bonjour")


@hostile
def charset_of_bytes_codecs() -> bytes:
    return charset(b"zlib_codec", b"x\x9c\x03\x00\x00\x00\x00\x01")


@hostile
def charset_rot_13() -> bytes:
    return charset(b"rot13", b"Bonjour")


@hostile
def charset_with_nul() -> bytes:
    return charset(b"utf\x00-8", b"d\xc3\xa9chet")


@hostile
def charset_that_is_a_path() -> bytes:
    return charset(b"../../encodings/utf_8", b"Bonjour")


@hostile
def charset_of_a_megabyte() -> bytes:
    return charset(b"x" * 90_000, b"Bonjour")


@hostile
def charset_unknown() -> bytes:
    return charset(b"uft-9000", "déchet".encode())


@hostile
def charset_in_an_encoded_word_unknown() -> bytes:
    return _MINIMAL.replace(b"test", b"=?punycode?q?a-b?= =?idna?b?Li4u?= =?\x00?q?x?= =?x?b?=") + b"\r\nBonjour\r\n"


@hostile
def charset_us_ascii_that_lies() -> bytes:
    return charset(b"us-ascii", b"d\xe9chet \x80")


@hostile
def charset_utf_8_that_lies() -> bytes:
    return charset(b"utf-8", b"d\xe9chet ferm\xe9")


@hostile
def charset_utf_16_odd() -> bytes:
    return charset(b"utf-16", b"\xff\xfea\x00\x00\xd8b")


@hostile
def charset_utf_32_out_of_range() -> bytes:
    return charset(b"utf-32", b"\xff\xff\xff\xff" * 1_000)


@hostile
def charset_iso_2022_unfinished() -> bytes:
    return charset(b"iso-2022-jp", b"\x1b$B" * 10_000)


@hostile
def combining_marks() -> bytes:
    return text("\u0301\u0323".encode() * 100_000)


@hostile
def combining_marks_in_the_subject() -> bytes:
    return _MINIMAL.replace(b"test", "\u0301\u0323".encode() * 20_000) + b"\r\nBonjour\r\n"


@hostile
def text_that_grows_in_normal_form() -> bytes:
    return text("\U0001d160\ufb2c".encode() * 100_000)


@hostile
def surrogates_in_utf_8() -> bytes:
    return text(b"\xed\xa0\x80\xed\xb0\x80 Bonjour")


# Injection and spoofing


@hostile
def line_break_out_of_an_encoded_subject() -> bytes:
    return _MINIMAL.replace(b"test", b"=?utf-8?q?test=0D=0ABcc:_evil@example.com=00?=") + b"\r\nBonjour\r\n"


@hostile
def line_break_out_of_an_encoded_sender() -> bytes:
    name = b"=?utf-8?b?" + base64.b64encode(b"A\r\nBcc: evil@example.com") + b"?= <a@example.org>"
    return _MINIMAL.replace(b"a@example.org", name) + b"\r\nBonjour\r\n"


@hostile
def line_separator_out_of_an_encoded_subject() -> bytes:
    return _MINIMAL.replace(b"test", b"=?utf-8?q?a=E2=80=A8b=C2=85c?=") + b"\r\nBonjour\r\n"


@hostile
def recipient_out_of_an_encoded_name() -> bytes:
    return (
        _MINIMAL.replace(b"a@example.org", b"=?utf-8?q?x=3E,_evil@example.com?= <a@example.org>") + b"\r\nBonjour\r\n"
    )


@hostile
def two_addresses_in_one() -> bytes:
    return _MINIMAL.replace(b"<a@example.org>", b"<a@example.org, evil@example.com>") + b"\r\nBonjour\r\n"


@hostile
def several_senders() -> bytes:
    return fields(b"From: evil@example.com", b"From: third@example.com")


@hostile
def control_characters_everywhere() -> bytes:
    everything = bytes(byte for byte in range(256) if byte not in (10, 13))
    return _MINIMAL.replace(b"test", everything) + b"X-Y: " + everything + b"\r\n\r\n" + bytes(range(256))


@hostile
def nul_in_field_name() -> bytes:
    return b"Fr\x00om: a@example.org\r\n" + _MINIMAL + b"\r\nBonjour\r\n"


@hostile
def message_id_with_line_break() -> bytes:
    return fields(b"References: <a\r\n b@example.org> <\x00c@example.org> <" + b"d" * 50_000 + b"@example.org>")


# File names


@hostile
def filename_path() -> bytes:
    return attachment(b'attachment; filename="../../../etc/passwd"')


@hostile
def filename_windows_path() -> bytes:
    return attachment(b'attachment; filename="C:\\\\Windows\\\\system32\\\\cmd.exe"')


@hostile
def filename_right_to_left() -> bytes:
    return attachment(b"attachment; filename*=utf-8''facture%E2%80%AEfdp.exe")


@hostile
def filename_nul() -> bytes:
    return attachment(b"attachment; filename*=utf-8''facture.pdf%00.exe")


@hostile
def filename_line_break() -> bytes:
    return attachment(b"attachment; filename==?utf-8?q?a=0D=0AContent-Type:_text/html=0D=0A.pdf?=")


@hostile
def filename_windows_device() -> bytes:
    return attachment(b'attachment; filename="CON.txt"')


@hostile
def filename_dots() -> bytes:
    return attachment(b'attachment; filename=".."')


@hostile
def filename_of_a_megabyte() -> bytes:
    return attachment(b'attachment; filename="' + b"x" * 90_000 + b'.pdf"')


@hostile
def filename_without_charset() -> bytes:
    return attachment(b"attachment; filename*=%E9t%E9.pdf")


@hostile
def filename_with_a_charset_of_malice() -> bytes:
    return attachment(b"attachment; filename*=punycode''a-%ff.pdf")


# Structure


@hostile
def nothing_at_all() -> bytes:
    return b""


@hostile
def one_line_break() -> bytes:
    return b"\r\n"


@hostile
def a_colon() -> bytes:
    return b":"


@hostile
def nul_bytes_only() -> bytes:
    return bytes(100_000)


@hostile
def carriage_returns_only() -> bytes:
    return fields(b"Content-Type: text/plain").replace(b"\r\n", b"\r")


@hostile
def ten_million_line_breaks() -> bytes:
    return b"\n" * 10_000_000


@hostile
def blank_line_before_the_header() -> bytes:
    return b"\r\n \r\n" + fields()


@hostile
def multipart_without_boundary() -> bytes:
    return fields(
        b"Content-Type: multipart/mixed", body=b"--zz\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--zz--\r\n"
    )


@hostile
def multipart_with_empty_boundary() -> bytes:
    return fields(b'Content-Type: multipart/mixed; boundary=""', body=b"--\r\n\r\nBonjour\r\n----\r\n")


@hostile
def multipart_unterminated() -> bytes:
    return multipart(b"Content-Type: text/plain\r\n\r\nBonjour", end=b"")


@hostile
def multipart_that_never_begins() -> bytes:
    return fields(b"Content-Type: multipart/mixed; boundary=b", body=b"Bonjour, sans aucune partie\r\n")


@hostile
def multipart_in_base64() -> bytes:
    body = base64.encodebytes(b"--b\r\n\r\nBonjour\r\n--b--\r\n")
    return fields(b"Content-Type: multipart/mixed; boundary=b", b"Content-Transfer-Encoding: base64", body=body)


@hostile
def base64_illegal() -> bytes:
    return text(b"QmFk!!IGJhc2U2NA=\r\nX", encoding=b"base64")


@hostile
def base64_that_is_plain_text() -> bytes:
    return text("Bonjour, ceci n'est pas du base64 : é.".encode(), encoding=b"base64")


@hostile
def quoted_printable_illegal() -> bytes:
    return text(b"d=C3=A9chet =ZZ = =\r\n=", encoding=b"quoted-printable")


@hostile
def quoted_printable_of_equal_signs() -> bytes:
    return text(b"=" * 1_000_000, encoding=b"quoted-printable")


@hostile
def uuencode_illegal() -> bytes:
    return text(b"begin 644 ../x\n" + b"M" * 50 + b"\n!!!\nend\n" + b"begin 644 y\n" * 20_000)


@hostile
def message_partial() -> bytes:
    return fields(b'Content-Type: message/partial; id="x"; number=2; total=999999999', body=b"suite\r\n")


@hostile
def external_body() -> bytes:
    return fields(b'Content-Type: message/external-body; access-type=URL; url="file:///etc/passwd"', body=b"\r\n")


@hostile
def report_without_report() -> bytes:
    return multipart(b"Content-Type: message/delivery-status\r\n\r\n" + b"\xff" * 50_000, subtype=b"report")


@hostile
def content_type_of_rubbish() -> bytes:
    return fields(b"Content-Type: ;;;=;/\x01\xff" + b";=" * 5_000)


@hostile
def date_of_rubbish() -> bytes:
    return fields(b"Date: Mon, 99 Foo 99999999999999999999 99:99:99 +99999999999")


@hostile
def date_of_digits() -> bytes:
    return fields(b"Date: " + b"9" * 10_000)


# winmail.dat


def _tnef(content: bytes) -> bytes:
    encoded = base64.encodebytes(content)
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return multipart(b"Content-Type: text/plain\r\n\r\nBonjour", head + encoded)


def _tnef_object(level: int, name: int, kind: int, data: bytes) -> bytes:
    head = bytes([level]) + name.to_bytes(2, "little") + kind.to_bytes(2, "little") + len(data).to_bytes(4, "little")
    return head + data + (sum(data) & 0xFFFF).to_bytes(2, "little")


_TNEF_HEAD = (0x223E9F78).to_bytes(4, "little") + b"\x01\x00"


@hostile
def tnef_of_rubbish() -> bytes:
    return _tnef(_TNEF_HEAD + bytes(range(256)) * 100)


@hostile
def tnef_with_four_billion_recipients() -> bytes:
    return _tnef(_TNEF_HEAD + _tnef_object(1, 0x9004, 6, b"\xff\xff\xff\xff" + bytes(100)))


@hostile
def tnef_with_four_billion_properties() -> bytes:
    return _tnef(_TNEF_HEAD + _tnef_object(1, 0x9003, 6, b"\xff\xff\xff\xff" + bytes(100)))


@hostile
def tnef_of_many_objects() -> bytes:
    return _tnef(_TNEF_HEAD + _tnef_object(1, 0x8001, 6, b"x") * 100_000)
