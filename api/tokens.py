"""Tokens of one's own. Only a session makes, lists and ends them: no token begets another."""

from parlour.api.routing import Answer, Call, Routes
from parlour.core.integrations import tokens
from parlour.core.model.integrations import MadeToken, Token
from parlour.core.model.page import Page

routes = Routes("Tokens")


@routes.add(
    "GET",
    "/api/v1/scopes",
    who="signed in",
    summary="The scopes that tokens may open",
    answers={200: Page[tokens.ScopeView]},
)
async def list_scopes(_call: Call) -> Answer:
    """List the scopes: reading a family opens its GET routes, writing all others."""
    return Answer(200, tokens.scopes())


@routes.add(
    "GET",
    "/api/v1/me/tokens",
    who="signed in",
    summary="The caller's tokens, the newest first",
    answers={200: Page[Token]},
)
async def list_tokens(call: Call) -> Answer:
    """List the caller's tokens, with when and from where each was last used; never their secrets."""
    return Answer(200, await tokens.mine(call.house, call.user_id))


@routes.add(
    "POST",
    "/api/v1/me/tokens",
    who="signed in",
    summary="Make a token; its secret is in this answer alone",
    body=tokens.NewToken,
    answers={201: MadeToken},
    errors=(403, 409, 422),
)
async def make_token(call: Call) -> Answer:
    """Make a token that acts for the caller, within its scopes."""
    return Answer(201, await tokens.make(call.house, call.user_id, call.body(tokens.NewToken)))


@routes.add(
    "DELETE",
    "/api/v1/me/tokens/{token}",
    who="signed in",
    summary="End a token at once",
    answers={204: None},
    errors=(404,),
)
async def revoke_token(call: Call) -> Answer:
    """End one of the caller's tokens; what is connected with it is cut."""
    await tokens.revoke(call.house, call.user_id, call.path("token"))
    return Answer(204)
