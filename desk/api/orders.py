"""What the API is sent: one shape for each act, with nothing in it that it does not know."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from cases.routing import Queue
from cases.secondlevel import Outcome
from cases.writing import LONGEST_LINE, LONGEST_TEXT
from desk.api.shapes import NUMBER
from ingest.email.storable import storable, storable_line
from ingest.web.answers import LONGEST_ADDRESS
from ingest.web.answers import LONGEST_LINE as LONGEST_FORM_LINE

Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT), AfterValidator(storable)]
OneLine = Annotated[str, StringConstraints(max_length=LONGEST_LINE), AfterValidator(storable_line)]
Short = Annotated[str, StringConstraints(max_length=LONGEST_FORM_LINE), AfterValidator(storable_line)]
Address = Annotated[str, StringConstraints(max_length=LONGEST_ADDRESS), AfterValidator(storable_line)]
Id = Annotated[str, StringConstraints(max_length=64), AfterValidator(storable_line)]
CaseNumber = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{1,10}-[0-9]{2}-[0-9]{5,8}$"), Field(examples=[NUMBER])
]
Level = Annotated[int, Field(ge=1, le=3, description="1 is the highest.")]


class Order(BaseModel):
    """Unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Order):
    """Nothing is to be said."""


class Reply(Order):
    """An answer to the requester."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Votre accès est rétabli.", "close": True}]}
    )
    text: Text
    wait: bool = Field(default=False, description="Then wait for what they say.")
    close: bool = Field(default=False, description="Then close the case.")


class Note(Order):
    """Something for the team."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "Rappelé, sans réponse."}]})
    text: Text


class Assign(Order):
    """Who is to have it."""

    to: Id = Field(description="The id of an agent.", examples=["nora"])


class ToQueue(Order):
    """Where it is to wait."""

    queue: Queue = Field(examples=["line2"])


class Prioritise(Order):
    """How bad it is, and how soon it matters."""

    impact: Level
    urgency: Level


class Wait(Order):
    """After so many days of silence they are reminded; 0 is as the profile says."""

    days: int = Field(default=0, ge=0, le=365)


class Close(Order):
    """The end."""

    text: Text = Field(default="", description="What the requester is told; without, an automatic mail.")
    silent: bool = Field(default=False, description="Without a mail to the requester.")
    withdraw: bool = Field(default=False, description="Take back what is with the second level.")


class Tag(Order):
    """What it is about; the same tags confirm it."""

    motif: Id
    tool: Id
    scope: Id
    why: OneLine = ""


class Requester(Order):
    """Who asks."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"address": "jeanne@example.org", "name": "Jeanne Dupont"}]}
    )
    address: Address
    name: OneLine = ""


class Copies(Order):
    """Whether who wrote for the requester has a copy of each reply."""

    on: bool


class OwnFields(Order):
    """The service's own fields, by id; '' empties one."""

    values: dict[Id, OneLine] = Field(max_length=100, examples=[{"commune": "Namur"}])


class Escalate(Order):
    """What the second level is asked."""

    wording: Text
    to: Id = Field(default="", description="Which second level; that of the tool where none is named.")
    since: OneLine = ""
    affected: OneLine = ""
    tried: OneLine = ""
    ticket: OneLine = ""
    files: list[Annotated[int, Field(ge=1, le=10_000)]] = Field(default=[], max_length=100, description="Places.")


class Returned(Order):
    """What became of it there."""

    outcome: Outcome
    text: Text = ""


class Split(Order):
    """What becomes a case of its own: these messages, or a passage of the one that is named."""

    messages: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(min_length=1, max_length=1000)
    subject: OneLine = ""
    passage: Text | None = None


class Other(Order):
    """The other case."""

    case: CaseNumber


class Submission(Order):
    """A request as somebody would send it with the form. `path` are the ids of what is chosen, from the theme down."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "path": ["mon_espace", "question"],
                    "name": "Jeanne Dupont",
                    "email": "jeanne@example.org",
                    "text": "Bonjour, comment obtenir une copie de mon permis ?",
                    "lang": "fr",
                }
            ]
        },
    )
    path: list[Id] = Field(min_length=1, max_length=3)
    name: Short
    email: Address
    text: Text
    lang: Literal["fr", "de", "nl", "en"] = "fr"
    phone: Short = ""
    for_name: Short = Field(default="", description="Whom it is for, where that is not who sends it.")
    for_email: Address = ""
    copies: bool = False
    case: CaseNumber | None = Field(default=None, description="A case that it is about; a person decides.")
    fields: dict[Id, Short] = Field(default={}, max_length=100)
