"""Mail that was made to break parsers: each kind has a name and a function that makes its raw bytes."""

import base64
from collections.abc import Callable

from tests.ingest.email.making import (
    MINIMAL,
    TNEF_HEAD,
    attachment,
    charset,
    fields,
    html,
    multipart,
    nested,
    text,
    tnef,
    tnef_object,
)

HOSTILE: dict[str, Callable[[], bytes]] = {
    # Size and number
    "a_hundred_thousand_parts": lambda: multipart(*[b"Content-Type: text/plain\r\n\r\nx"] * 100_000),
    "ten_thousand_parts": lambda: multipart(*[b"Content-Type: text/html\r\n\r\n<p>x"] * 10_000),
    "a_hundred_thousand_empty_parts": lambda: fields(
        b"Content-Type: multipart/mixed; boundary=b", body=b"--b\n" * 100_000
    ),
    "a_million_false_delimiters": lambda: fields(
        b"Content-Type: multipart/mixed; boundary=b", body=b"--bx\n" * 1_000_000
    ),
    "delimiters_in_one_line": lambda: fields(b"Content-Type: multipart/mixed; boundary=b", body=b"--b" * 1_000_000),
    "one_megabyte_subject": lambda: MINIMAL.replace(b"test", b"x" * 1_000_000) + b"\r\nBonjour\r\n",
    "one_megabyte_subject_of_encoded_words": lambda: (
        MINIMAL.replace(b"test", b"=?utf-8?q?=C3=A9?= " * 50_000) + b"\r\nBonjour\r\n"
    ),
    "one_megabyte_subject_folded": lambda: MINIMAL.replace(b"test", b"x\r\n " * 250_000) + b"\r\nBonjour\r\n",
    "unfinished_encoded_words": lambda: MINIMAL.replace(b"test", b"=?utf-8?q?" * 10_000) + b"\r\nBonjour\r\n",
    "a_hundred_thousand_fields": lambda: MINIMAL + b"X-A: b\r\n" * 100_000 + b"\r\nBonjour\r\n",
    "a_hundred_thousand_lines_that_are_no_field": lambda: (
        MINIMAL + b"no field\r\nX: y\r\n" * 50_000 + b"\r\nBonjour\r\n"
    ),
    "field_name_of_a_megabyte": lambda: MINIMAL + b"X" * 1_000_000 + b": y\r\n\r\nBonjour\r\n",
    "ten_thousand_senders": lambda: (
        MINIMAL.replace(b"a@example.org", b", ".join(b"a%d@example.org" % n for n in range(10_000)))
        + b"\r\nBonjour\r\n"
    ),
    "ten_thousand_references": lambda: fields(
        b"References: " + b"\r\n ".join(b"<%d@example.org>" % n for n in range(10_000))
    ),
    "ten_thousand_received": lambda: (
        MINIMAL + b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0100\r\n" * 10_000 + b"\r\nBonjour\r\n"
    ),
    "ten_thousand_continuations": lambda: fields(
        b"Content-Type: text/plain;" + (b";".join(b" name*%d=x" % n for n in range(10_000)))
    ),
    "ten_thousand_encoded_continuations": lambda: attachment(
        b"attachment;" + (b";\r\n".join(b" filename*%d*=%%C3%%A9" % n for n in range(10_000)))
    ),
    "ten_thousand_parameters": lambda: fields(
        b"Content-Type: text/plain;" + b";".join(b" p%d=x" % n for n in range(10_000))
    ),
    "parameter_of_backslashes": lambda: fields(b'Content-Type: text/plain; name="' + b"\\" * 15_000),
    "parameter_of_quotes": lambda: fields(b"Content-Type: text/plain; name=" + b'"' * 15_000),
    "continuation_number_of_a_thousand_digits": lambda: attachment(
        b"attachment; filename*" + b"9" * 1_000 + b"=x; filename*0=y"
    ),
    "continuation_number_that_is_a_superscript": lambda: attachment("attachment; filename*²=x".encode()),
    "ten_megabytes_of_text": lambda: text(b"Bonjour tout le monde.\r\n" * 400_000),
    "one_line_of_ten_megabytes": lambda: text(b"x" * 10_000_000),
    "large_attachment": lambda: attachment(b"attachment; filename=photo.jpg", base64.encodebytes(bytes(15_000_000))),
    "seventy_pdfs": lambda: multipart(
        b"\r\nvoir annexes",
        *[b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0="] * 70,
    ),
    # Nesting
    "nested_a_dozen_deep": lambda: nested(12),
    "nested_a_thousand_deep": lambda: nested(1_000),
    "nested_ten_thousand_deep": lambda: nested(10_000, b"alternative"),
    "nested_with_the_same_boundary": lambda: (
        MINIMAL + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 5_000 + b"\r\nau fond\r\n"
    ),
    "nested_with_boundaries_that_begin_alike": lambda: multipart(
        b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\nau fond\r\n--bb--"
    ),
    "three_hundred_messages_in_each_other": lambda: (
        MINIMAL + b"Content-Type: message/rfc822\r\n\r\n" * 300 + b"\r\nau fond\r\n"
    ),
    "ten_thousand_messages_in_each_other": lambda: (MINIMAL + b"Content-Type: message/rfc822\r\n\r\n") * 10_000,
    "nested_comments": lambda: (
        MINIMAL.replace(b"a@example.org", b"(" * 20_000 + b"a@example.org" + b")" * 20_000) + b"\r\nBonjour\r\n"
    ),
    "nested_comments_in_the_date": lambda: fields(b"Date: Mon, 2 Mar 2026 09:00:00 +0100 " + b"(" * 10_000),
    "group_in_group": lambda: (
        MINIMAL.replace(b"a@example.org", b"g:" * 10_000 + b"a@example.org" + b";" * 10_000) + b"\r\nBonjour\r\n"
    ),
    "angle_brackets": lambda: MINIMAL.replace(b"a@example.org", b"<" * 20_000) + b"\r\nBonjour\r\n",
    "at_signs": lambda: MINIMAL.replace(b"a@example.org", b"a@" * 20_000) + b"\r\nBonjour\r\n",
    "quotes_in_the_sender": lambda: MINIMAL.replace(b"a@example.org", b'"\\' * 15_000) + b"\r\nBonjour\r\n",
    # HTML
    "html_nested_divs": lambda: html(b"<div>" * 50_000 + b"texte"),
    "html_nested_divs_with_false_ends": lambda: html(b"<div></x>" * 30_000 + b"texte"),
    "html_nested_tables": lambda: html(b"<table><tr><td>" * 15_000 + b"texte"),
    "html_nested_quotes": lambda: html(b"<blockquote>" * 20_000 + b"texte"),
    "html_nested_cells_in_svg": lambda: html(b"<svg>" + b"<td>" * 50_000),
    "html_unfinished_tags": lambda: html(b"<a " * 95_000),
    "html_unfinished_tags_of_a_megabyte": lambda: html(b"<a " * 340_000),
    "html_attributes": lambda: html(b"<a " + b" ".join(b"a%d" % n for n in range(40_000)) + b">texte"),
    "html_attributes_after_a_quoted_end": lambda: html(
        b'<a title=">" ' + b" ".join(b"a%d=1" % n for n in range(30_000)) + b">texte"
    ),
    "html_attributes_without_space": lambda: html(b"<a " + b"/".join(b"a%d" % n for n in range(40_000)) + b">texte"),
    "html_formatting_elements": lambda: html(b"<p>" + b"<b><i><u><font>" * 10_000 + b"</p><p>" * 1_000 + b"texte"),
    "html_less_than_signs": lambda: html(b"<" * 290_000),
    "html_comments": lambda: html(b"<!--" * 70_000 + b"texte"),
    "html_entities": lambda: html(b"&#0;&#xD800;&#2;&#3;&#x202e;&amp" * 9_000),
    "html_of_ten_megabytes": lambda: html(b"<p>Bonjour</p>" * 700_000),
    "html_that_claims_another_charset": lambda: text(b"<meta charset=utf-16><p>d\xc3\xa9chet", b"text/html"),
    "html_with_nul_and_sentinels": lambda: html(b"<p>a\x00b\x02c\x03d\x1be</p><blockquote>\x02\x02</blockquote>"),
    # Charsets
    "charset_punycode": lambda: charset(b"punycode", b"a" * 100_000 + b"-" + b"z" * 100_000),
    "charset_idna": lambda: charset(b"idna", b"." * 10_000),
    "charset_undefined": lambda: charset(b"undefined", b"Bonjour"),
    "charset_utf_7": lambda: charset(b"utf-7", b"+2AA- +AAA- Bonjour +AOk-"),
    "charset_unicode_escape": lambda: charset(b"unicode_escape", b"\\ud800 \\x00 Bonjour \\N{DIGIT ONE}"),
    "charset_raw_unicode_escape": lambda: charset(b"raw_unicode_escape", b"\\ud800 \\u0000 Bonjour"),
    "charset_of_bytes_codecs": lambda: charset(b"zlib_codec", b"x\x9c\x03\x00\x00\x00\x00\x01"),
    "charset_rot_13": lambda: charset(b"rot13", b"Bonjour"),
    "charset_with_nul": lambda: charset(b"utf\x00-8", b"d\xc3\xa9chet"),
    "charset_that_is_a_path": lambda: charset(b"../../encodings/utf_8", b"Bonjour"),
    "charset_of_a_megabyte": lambda: charset(b"x" * 90_000, b"Bonjour"),
    "charset_unknown": lambda: charset(b"uft-9000", "déchet".encode()),
    "charset_in_an_encoded_word_unknown": lambda: (
        MINIMAL.replace(b"test", b"=?punycode?q?a-b?= =?idna?b?Li4u?= =?\x00?q?x?= =?x?b?=") + b"\r\nBonjour\r\n"
    ),
    "charset_us_ascii_that_lies": lambda: charset(b"us-ascii", b"d\xe9chet \x80"),
    "charset_utf_8_that_lies": lambda: charset(b"utf-8", b"d\xe9chet ferm\xe9"),
    "charset_utf_16_odd": lambda: charset(b"utf-16", b"\xff\xfea\x00\x00\xd8b"),
    "charset_utf_32_out_of_range": lambda: charset(b"utf-32", b"\xff\xff\xff\xff" * 1_000),
    "charset_iso_2022_unfinished": lambda: charset(b"iso-2022-jp", b"\x1b$B" * 10_000),
    "combining_marks": lambda: text("\u0301\u0323".encode() * 100_000),
    "combining_marks_in_the_subject": lambda: (
        MINIMAL.replace(b"test", "\u0301\u0323".encode() * 20_000) + b"\r\nBonjour\r\n"
    ),
    "text_that_grows_in_normal_form": lambda: text("\U0001d160\ufb2c".encode() * 100_000),
    "surrogates_in_utf_8": lambda: text(b"\xed\xa0\x80\xed\xb0\x80 Bonjour"),
    # Injection and spoofing
    "line_break_out_of_an_encoded_subject": lambda: (
        MINIMAL.replace(b"test", b"=?utf-8?q?test=0D=0ABcc:_evil@example.com=00?=") + b"\r\nBonjour\r\n"
    ),
    "line_break_out_of_an_encoded_sender": lambda: (
        MINIMAL.replace(
            b"a@example.org", (b"=?utf-8?b?" + base64.b64encode(b"A\r\nBcc: evil@example.com") + b"?= <a@example.org>")
        )
        + b"\r\nBonjour\r\n"
    ),
    "line_separator_out_of_an_encoded_subject": lambda: (
        MINIMAL.replace(b"test", b"=?utf-8?q?a=E2=80=A8b=C2=85c?=") + b"\r\nBonjour\r\n"
    ),
    "recipient_out_of_an_encoded_name": lambda: (
        MINIMAL.replace(b"a@example.org", b"=?utf-8?q?x=3E,_evil@example.com?= <a@example.org>") + b"\r\nBonjour\r\n"
    ),
    "two_addresses_in_one": lambda: (
        MINIMAL.replace(b"<a@example.org>", b"<a@example.org, evil@example.com>") + b"\r\nBonjour\r\n"
    ),
    "several_senders": lambda: fields(b"From: evil@example.com", b"From: third@example.com"),
    "control_characters_everywhere": lambda: (
        MINIMAL.replace(b"test", (bytes(byte for byte in range(256) if byte not in (10, 13))))
        + b"X-Y: "
        + (bytes(byte for byte in range(256) if byte not in (10, 13)))
        + b"\r\n\r\n"
        + bytes(range(256))
    ),
    "nul_in_field_name": lambda: b"Fr\x00om: a@example.org\r\n" + MINIMAL + b"\r\nBonjour\r\n",
    "message_id_with_line_break": lambda: fields(
        b"References: <a\r\n b@example.org> <\x00c@example.org> <" + b"d" * 50_000 + b"@example.org>"
    ),
    # File names
    "filename_path": lambda: attachment(b'attachment; filename="../../../etc/passwd"'),
    "filename_windows_path": lambda: attachment(b'attachment; filename="C:\\\\Windows\\\\system32\\\\cmd.exe"'),
    "filename_right_to_left": lambda: attachment(b"attachment; filename*=utf-8''facture%E2%80%AEfdp.exe"),
    "filename_nul": lambda: attachment(b"attachment; filename*=utf-8''facture.pdf%00.exe"),
    "filename_line_break": lambda: attachment(
        b"attachment; filename==?utf-8?q?a=0D=0AContent-Type:_text/html=0D=0A.pdf?="
    ),
    "filename_windows_device": lambda: attachment(b'attachment; filename="CON.txt"'),
    "filename_dots": lambda: attachment(b'attachment; filename=".."'),
    "filename_of_a_megabyte": lambda: attachment(b'attachment; filename="' + b"x" * 90_000 + b'.pdf"'),
    "filename_without_charset": lambda: attachment(b"attachment; filename*=%E9t%E9.pdf"),
    "filename_with_a_charset_of_malice": lambda: attachment(b"attachment; filename*=punycode''a-%ff.pdf"),
    # Structure
    "nothing_at_all": lambda: b"",
    "one_line_break": lambda: b"\r\n",
    "a_colon": lambda: b":",
    "nul_bytes_only": lambda: bytes(100_000),
    "carriage_returns_only": lambda: fields(b"Content-Type: text/plain").replace(b"\r\n", b"\r"),
    "ten_million_line_breaks": lambda: b"\n" * 10_000_000,
    "blank_line_before_the_header": lambda: b"\r\n \r\n" + fields(),
    "multipart_without_boundary": lambda: fields(
        b"Content-Type: multipart/mixed", body=b"--zz\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--zz--\r\n"
    ),
    "multipart_with_empty_boundary": lambda: fields(
        b'Content-Type: multipart/mixed; boundary=""', body=b"--\r\n\r\nBonjour\r\n----\r\n"
    ),
    "multipart_unterminated": lambda: multipart(b"Content-Type: text/plain\r\n\r\nBonjour", end=b""),
    "multipart_that_never_begins": lambda: fields(
        b"Content-Type: multipart/mixed; boundary=b", body=b"Bonjour, sans aucune partie\r\n"
    ),
    "multipart_in_base64": lambda: fields(
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Transfer-Encoding: base64",
        body=base64.encodebytes(b"--b\r\n\r\nBonjour\r\n--b--\r\n"),
    ),
    "base64_illegal": lambda: text(b"QmFk!!IGJhc2U2NA=\r\nX", encoding=b"base64"),
    "base64_that_is_plain_text": lambda: text("Bonjour, ceci n'est pas du base64 : é.".encode(), encoding=b"base64"),
    "quoted_printable_illegal": lambda: text(b"d=C3=A9chet =ZZ = =\r\n=", encoding=b"quoted-printable"),
    "quoted_printable_of_equal_signs": lambda: text(b"=" * 1_000_000, encoding=b"quoted-printable"),
    "uuencode_illegal": lambda: text(b"begin 644 ../x\n" + b"M" * 50 + b"\n!!!\nend\n" + b"begin 644 y\n" * 20_000),
    "message_partial": lambda: fields(
        b'Content-Type: message/partial; id="x"; number=2; total=999999999', body=b"suite\r\n"
    ),
    "external_body": lambda: fields(
        b'Content-Type: message/external-body; access-type=URL; url="file:///etc/passwd"', body=b"\r\n"
    ),
    "report_without_report": lambda: multipart(
        b"Content-Type: message/delivery-status\r\n\r\n" + b"\xff" * 50_000, subtype=b"report"
    ),
    "content_type_of_rubbish": lambda: fields(b"Content-Type: ;;;=;/\x01\xff" + b";=" * 5_000),
    "date_of_rubbish": lambda: fields(b"Date: Mon, 99 Foo 99999999999999999999 99:99:99 +99999999999"),
    "date_of_digits": lambda: fields(b"Date: " + b"9" * 10_000),
    # winmail.dat
    "tnef_of_rubbish": lambda: tnef(TNEF_HEAD + bytes(range(256)) * 100),
    "tnef_with_four_billion_recipients": lambda: tnef(
        TNEF_HEAD + tnef_object(1, 0x9004, 6, b"\xff\xff\xff\xff" + bytes(100))
    ),
    "tnef_with_four_billion_properties": lambda: tnef(
        TNEF_HEAD + tnef_object(1, 0x9003, 6, b"\xff\xff\xff\xff" + bytes(100))
    ),
    "tnef_of_many_objects": lambda: tnef(TNEF_HEAD + tnef_object(1, 0x8001, 6, b"x") * 100_000),
}
