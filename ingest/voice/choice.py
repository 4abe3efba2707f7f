"""The node where a caller chooses: a key, a word, the name of a tool."""

from cases.phone import Choose, Sets
from ingest.voice.event import Event, Keyed, Listen, Silence, Speak, Spoke
from ingest.voice.move import Move, Scene
from ingest.voice.speech import NUMBER, PERSON, REPEAT, Wanted, hints, wanted

NOT_UNDERSTOOD = "not_understood"


def enter(scene: Scene, node: Choose) -> Move:
    return scene.stays(_listen(scene, node))


def hear(scene: Scene, node: Choose, event: Event) -> Move:
    if not isinstance(event, Keyed | Spoke | Silence):
        return enter(scene, node)
    wish = wanted(event, node, scene.menu.tools, scene.state.lang)
    return _chosen(scene, node, wish) if isinstance(wish, Wanted) else _signed(scene, node, wish, event)


def _listen(scene: Scene, node: Choose, *before: Speak) -> Listen:
    lang = _language(scene, node)
    return Listen(
        prompts=(*before, *_question(scene, node)),
        lang=lang,
        speech=True,
        hints=hints(node, scene.menu.tools, lang),
    )


def _language(scene: Scene, node: Choose) -> str:
    """The call's language; before it is known, that of the first option."""
    return scene.state.lang or node.options[0].language


def _question(scene: Scene, node: Choose) -> tuple[Speak, ...]:
    """The choice of a language is read in each one."""
    if node.sets is Sets.LANGUAGE:
        return tuple(Speak(node.prompt, option.language) for option in node.options)
    return (scene.speak(node.prompt),)


def _signed(scene: Scene, node: Choose, sign: str, event: Event) -> Move:
    target = {PERSON: node.person, NUMBER: node.number}.get(sign, "")
    if target:
        return scene.goes(target, lang=_language(scene, node))
    return enter(scene, node) if sign == REPEAT else _missed(scene, node, event)


def _missed(scene: Scene, node: Choose, event: Event) -> Move:
    tries = scene.state.tries + 1
    if tries >= node.tries:
        return scene.goes(node.otherwise, lang=_language(scene, node))
    known = bool(scene.state.lang) and not isinstance(event, Silence)
    excuse = (scene.speak(NOT_UNDERSTOOD),) if known else ()
    return scene.stays(_listen(scene, node, *excuse), tries=tries)


def _chosen(scene: Scene, node: Choose, wish: Wanted) -> Move:
    option = wish.option
    if node.sets is Sets.LANGUAGE:
        return scene.goes(option.next, lang=option.language)
    if node.sets is Sets.TOOL:
        return scene.goes(option.next, tools=(wish.tool,) if wish.tool else option.tools, chosen=True)
    return scene.goes(option.next)
