"""What is answered to whoever is not signed in, or may not do what they ask. Nothing that they typed is lost."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from desk.access import is_somebody
from desk.guard import SAFE_METHODS
from desk.rules import Access
from desk.service import Service
from desk.signin.carried import posted
from desk.signin.routes import sign_in_page


async def ask_to_sign_in(service: Service, request: Request) -> Response:
    """The sign-in page: by a redirect where somebody only looked, else at once, with what they were sending on it."""
    if request.method not in SAFE_METHODS:
        sent = await posted(request)
        return await run_in_threadpool(sign_in_page, service, request, status=401, sent=sent)
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if is_somebody(request):
        return RedirectResponse("/desk/sign-in?" + urlencode({"next": to}), status_code=303)
    return sign_in_page(service, request, status=401, to=to)


async def tell_forbidden(service: Service, request: Request, access: Access) -> Response:
    """That this is not theirs to do, in words, with what they typed: they may copy it."""
    sent = None if request.method in SAFE_METHODS else await posted(request)
    return service.reader.page(request, "forbidden.html", status=403, access=access, sent=sent)
