"""Messages saved for later, and drafts: what a person keeps for themselves."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.ids import EntryId
from parlour.core.later import drafts, saved
from parlour.core.model.later import KeptDraft, Saved, SavedState
from parlour.core.model.page import Page

routes = Routes("Saved and drafts", family="messages")


class SavedQuery(PageQuery, frozen=True):
    """Which of the saved messages."""

    state: SavedState = "todo"


class ThreadQuery(Struct, frozen=True):
    """In which thread, if not in the channel itself."""

    thread_root_id: EntryId | None = None


@routes.add(
    "PUT",
    "/api/v1/messages/{message}/saved",
    who="signed in",
    summary="Save a message for later, maybe with a reminder, or set how far I am with it",
    body=saved.Saving,
    answers={200: Saved},
    errors=(404, 409, 422),
)
async def save_message(call: Call) -> Answer:
    """Save a message; again changes its state only."""
    given = call.body(saved.Saving)
    return Answer(200, await saved.save(call.house, call.user_id, call.path("message"), given))


@routes.add(
    "DELETE",
    "/api/v1/messages/{message}/saved",
    who="signed in",
    summary="Do not keep a message for later any more",
    answers={204: None},
    errors=(404,),
)
async def unsave_message(call: Call) -> Answer:
    """Forget a saved message and its reminder."""
    await saved.unsave(call.house, call.user_id, call.path("message"))
    return Answer(204)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/saved",
    who="signed in",
    summary="What I saved for later, the last first",
    query=SavedQuery,
    answers={200: Page[Saved]},
    errors=(404, 422),
)
async def list_saved(call: Call) -> Answer:
    """List what the caller saved, each message as it is now."""
    query = call.query(SavedQuery)
    return Answer(
        200,
        await saved.mine(
            call.house,
            call.user_id,
            call.path("workspace"),
            query.state,
            after=query.cursor,
            limit=call.limit(query.limit),
        ),
    )


@routes.add(
    "PUT",
    "/api/v1/channels/{channel}/draft",
    who="signed in",
    summary="Keep what I have begun to write, for all my devices; empty: none any more",
    body=drafts.NewDraft,
    answers={200: KeptDraft},
    errors=(404, 409, 422),
)
async def keep_draft(call: Call) -> Answer:
    """Keep a draft; answered with the one that was written last."""
    given = call.body(drafts.NewDraft)
    return Answer(200, await drafts.keep(call.house, call.user_id, call.path("channel"), given))


@routes.add(
    "GET",
    "/api/v1/channels/{channel}/draft",
    who="signed in",
    summary="What I have begun to write in a channel or a thread",
    query=ThreadQuery,
    answers={200: KeptDraft},
    errors=(404,),
)
async def get_draft(call: Call) -> Answer:
    """Return the caller's draft."""
    root = call.query(ThreadQuery).thread_root_id
    return Answer(200, await drafts.get(call.house, call.user_id, call.path("channel"), root))


@routes.add(
    "DELETE",
    "/api/v1/channels/{channel}/draft",
    who="signed in",
    summary="Give up what I have begun to write",
    query=ThreadQuery,
    answers={204: None},
    errors=(404,),
)
async def delete_draft(call: Call) -> Answer:
    """Empty the caller's draft, on all devices."""
    empty = drafts.NewDraft(text="", thread_root_id=call.query(ThreadQuery).thread_root_id)
    await drafts.keep(call.house, call.user_id, call.path("channel"), empty)
    return Answer(204)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/drafts",
    who="signed in",
    summary="All my drafts, the last written first; those emptied lately have no text",
    answers={200: Page[KeptDraft]},
    errors=(404,),
)
async def list_drafts(call: Call) -> Answer:
    """List the caller's drafts."""
    return Answer(200, await drafts.mine(call.house, call.user_id, call.path("workspace")))
