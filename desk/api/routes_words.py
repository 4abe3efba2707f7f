"""What a program has to know before it asks for anything: who it is, and the words of the service."""

from dataclasses import dataclass

from fastapi import APIRouter, Request

from cases.secondlevel import Role
from desk.api import representation, shapes
from desk.api.entering import Entered
from desk.api.problems import EVERYWHERE, documented
from desk.service import Service


@dataclass(frozen=True)
class Words:
    """The small things."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        responses = documented(EVERYWHERE)
        found.get("/program", operation_id="get_program", responses=responses, tags=["service"])(self.program)
        found.get("/vocabulary", operation_id="get_vocabulary", responses=responses, tags=["service"])(self.vocabulary)

    def program(self, request: Request) -> shapes.ProgramShape:
        """Say who asks, and until when."""
        entered: Entered = request.state.program
        return shapes.ProgramShape(name=entered.id, role=Role(entered.agent.role), token_ends_at=entered.ends_at)

    def vocabulary(self) -> shapes.Vocabulary:
        """List the words of the service: categories, motifs, tools, queues, people, fields, themes of the form."""
        return representation.vocabulary(self.service.profile)
