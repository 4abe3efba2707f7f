"""All pages of signing in."""

from fastapi import APIRouter

from desk.service import Service
from desk.signin.routes import SignInPages
from desk.signin.routes_account import AccountPages
from desk.signin.routes_link import LinkPages
from desk.signin.routes_oidc import OidcPages
from desk.signin.routes_users import UserPages


def add_pages(service: Service, found: APIRouter) -> None:
    """Add the routes of signing in to the desk's."""
    SignInPages(service).add_to(found)
    LinkPages(service).add_to(found)
    AccountPages(service).add_to(found)
    OidcPages(service).add_to(found)
    UserPages(service).add_to(found)
