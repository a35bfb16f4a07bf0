"""The page behind the link in every mail: one button, no signing in, nothing happens by looking at it."""

from sanic import Blueprint, HTTPResponse, Request

from parlour.core.house import House
from parlour.core.notify.unsubscribe import Subscription, end_mails, mail_again, read
from parlour.ui.pages import page

unsubscribing = Blueprint("unsubscribing")
AGAIN = "again"


@unsubscribing.get("/unsubscribe/<token:str>")
async def unsubscribe(request: Request, token: str) -> HTTPResponse:
    """Say what the button does: programs follow links, so only pressing it counts."""
    return _page(await read(_house(request), token), "asked")


@unsubscribing.post("/unsubscribe/<token:str>")
async def unsubscribed(request: Request, token: str) -> HTTPResponse:
    """End the mails, also for mail programs (`List-Unsubscribe=One-Click`), or take that back."""
    house = _house(request)
    subscription = await read(house, token)
    if request.form is not None and request.form.get("mails") == AGAIN:
        await mail_again(house, subscription)
        return _page(subscription, "again")
    await end_mails(house, subscription)
    return _page(subscription, "ended")


def _page(subscription: Subscription, state: str) -> HTTPResponse:
    return page("unsubscribe.html", workspace=subscription.workspace, state=state)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house
