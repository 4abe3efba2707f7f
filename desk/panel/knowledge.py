"""The pages that help with a case, as the panel and the composer know them."""

from collections.abc import Mapping, Sequence
from functools import cache

from cases.dossier import Dossier
from cases.event import Tags
from cases.knowledge import Suggestion, for_agent
from cases.profile import Profile
from cases.receipt import Article
from cases.routing import traits
from classify.concepts import Concepts
from classify.similar import signs
from desk.service import Service
from store.tx import Transaction


def suggestions(tx: Transaction, service: Service, case: Dossier) -> tuple[Suggestion, ...]:
    """The best three. A person is shown them even where the tags are in doubt."""
    said = f"{case.subject}\n{case.letters[0].text if case.letters else ' '.join(case.transcripts)}"
    return for_agent(_traits(case, service.profile), articles(tx, service.profile), service.today, said, _meanings)


def articles(tx: Transaction, profile: Profile) -> Sequence[Article]:
    """The profile's, and those that were approved here."""
    return (*profile.articles, *tx.articles.approved())


def _traits(case: Dossier, profile: Profile) -> Mapping[str, str]:
    tags = Tags(
        lang=case.lang, category=case.category, motif=case.motif, tool=case.tool, scope=case.scope, review=False
    )
    sender = profile.sender_kind(case.submitter or case.requester.address)
    return traits((case.channel, case.source), sender, tags, case.assessment, case.fields)


def _meanings(text: str) -> frozenset[str]:
    return signs(text, _concepts())


@cache
def _concepts() -> Concepts:
    """The vocabulary, read at the first page of a case."""
    return Concepts.load()
