"""Recognises a reply that only thanks: it does not open a closed case again."""

import re
import unicodedata

MOST_WORDS = 12
LONGEST = 500
"""Characters; more of them are no short reply."""

_WORD = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[str]:
    """Its words in small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))


_THANKS = frozenset(
    words("merci remercie remercions remerciements danke dankeschön dank bedankt dankjewel dankuwel thanks thank thx")
)
_BESIDE = frozenset(
    words("""
    beaucoup bien grand infiniment mille une fois encore à vous tu te toi toutes tous tout toute équipe et je nous pour
    votre vos ton aide réponse retour rapide rapidité efficacité précieuse intervention gentillesse l la le les bonjour
    bonsoir madame monsieur cordialement sincèrement salutations meilleures bonne bon excellente journée soirée week
    end weekend parfait super génial nickel top ok c est noté reçu

    vielen herzlichen besten lieben schönen guten schnelle hilfe antwort ihre ihnen ihr für die das den und auch sehr
    vielmals alles klar perfekt prima hallo tag morgen abend wochenende freundliche freundlichen grüße grüßen mit mfg lg

    hartelijk wel heel erg veel zeer u je jullie uw voor de het hulp antwoord reactie snelle goede goedendag
    goedemiddag goedemorgen beste met vriendelijke groeten groet mvg fijne prettige nog een dag avond in orde perfect

    you very much many so a lot for your the quick fast help reply answer support hello hi dear kind best regards have
    nice good great day evening all again
    """)
)
"""What people say around a thank-you: greetings, praise, good wishes, in four languages. Words that deny, ask, or tell
of anything else are not among them."""

_SOUGHT = frozenset(
    words("aide réponse retour intervention hilfe antwort hulp antwoord reactie help reply answer support")
)


def only_thanks(text: str, name: str = "") -> bool:
    """Whether these few words thank and say nothing else. `name` is how the writer signs.

    A question mark or a digit says more, and so does any word that is not known here. «Merci de» asks as often as it
    thanks, so that it opens the case; and so does «une réponse, merci», which names what it seeks before it thanks.
    """
    if len(text) > LONGEST or re.search(r"[?\d]|merci\s+d(?:e\b|['’])", text, re.IGNORECASE):
        return False
    said = words(text)
    known = _THANKS | _BESIDE | set(words(name))
    first = next((place for place, word in enumerate(said) if word in _THANKS), None)
    if first is None or not _SOUGHT.isdisjoint(said[:first]):
        return False
    return len(said) <= MOST_WORDS and known.issuperset(said)
