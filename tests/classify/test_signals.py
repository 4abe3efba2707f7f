from cases.event import Channel
from classify.concepts import Concepts
from classify.signals import MARK, Named, Tokens, about

CONCEPTS = Concepts({"not": "pas niet", "access": "acces toegang"})


def signals(body: str, *named: str) -> list[str]:
    tokens = Tokens(Channel.EMAIL, ([], body.split(), []))
    return list(about(tokens, CONCEPTS, [Named(tool, "name", True, 1) for tool in named], {}))


def test_a_tool_stands_among_the_concepts_around_it() -> None:
    found = signals(f"pas {MARK}notice svp", "notice")
    assert f"p:not>{MARK}notice" in found
    assert "p:not>tool" in found


def test_how_many_tools_are_named_and_which_two() -> None:
    assert "m:tools0" in signals("acces svp")
    assert "m:tools1" in signals("acces", "gesper", "gesper")
    assert {"m:tools2", "t:gesper+notice"} <= set(signals("acces", "notice", "gesper"))


def test_a_tool_of_the_quoted_text_is_not_one_that_the_sender_names() -> None:
    tokens = Tokens(Channel.EMAIL, ([], ["acces"], []))
    assert "m:tools0" in list(about(tokens, CONCEPTS, [Named("notice", "name", True, 2)], {}))
