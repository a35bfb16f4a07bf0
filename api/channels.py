"""Channels and their members."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.chat import channels, manage
from parlour.core.chat.manage import ChannelPatch
from parlour.core.ids import UserId
from parlour.core.model.chat import Channel, ChannelKind, ChannelMember
from parlour.core.model.page import Page

routes = Routes("Channels")


class NewChannel(Struct, frozen=True, forbid_unknown_fields=True):
    """A new channel. A direct one needs no name, and at most one other person."""

    kind: ChannelKind = "public"
    name: str = ""
    user_ids: list[UserId] = []


class NewMember(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is added."""

    user_id: UserId


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/channels",
    who="signed in",
    summary="My channels and the public ones",
    query=PageQuery,
    answers={200: Page[Channel]},
    errors=(404, 422),
)
async def list_channels(call: Call) -> Answer:
    """List the channels the caller may see."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await channels.visible(
            call.house,
            call.user_id,
            call.path("workspace"),
            after=page.cursor,
            limit=call.limit(page.limit),
        ),
    )


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/channels",
    who="signed in",
    summary="Make a channel; the direct channel of a pair is found again (200)",
    body=NewChannel,
    answers={201: Channel, 200: Channel},
    errors=(404, 409, 422),
    repeatable=True,
)
async def create_channel(call: Call) -> Answer:
    """Make a channel."""
    given = call.body(NewChannel)
    channel, is_new = await channels.create(
        call.house,
        call.user_id,
        call.path("workspace"),
        name=given.name,
        kind=given.kind,
        user_ids=given.user_ids,
    )
    return Answer(201 if is_new else 200, channel)


@routes.add(
    "GET",
    "/api/v1/channels/{channel}",
    who="signed in",
    summary="A channel",
    answers={200: Channel},
    errors=(404,),
)
async def get_channel(call: Call) -> Answer:
    """Return a channel the caller may see."""
    return Answer(200, await channels.get(call.house, call.user_id, call.path("channel")))


@routes.add(
    "PATCH",
    "/api/v1/channels/{channel}",
    who="signed in",
    summary="Change topic or purpose; as its creator or the workspace's owner also rename, convert, restrict, archive",
    body=ChannelPatch,
    answers={200: Channel},
    errors=(403, 404, 409, 422),
)
async def change_channel(call: Call) -> Answer:
    """Change a channel."""
    patch = call.body(ChannelPatch)
    return Answer(200, await manage.change(call.house, call.user_id, call.path("channel"), patch))


@routes.add(
    "GET",
    "/api/v1/channels/{channel}/members",
    who="signed in",
    summary="The members of a channel, and how far each has received and read",
    query=PageQuery,
    answers={200: Page[ChannelMember]},
    errors=(404, 422),
)
async def list_channel_members(call: Call) -> Answer:
    """List a channel's members."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await channels.members(
            call.house, call.user_id, call.path("channel"), after=page.cursor, limit=call.limit(page.limit)
        ),
    )


@routes.add(
    "POST",
    "/api/v1/channels/{channel}/members",
    who="signed in",
    summary="Add someone to a channel, or join a public one yourself",
    body=NewMember,
    answers={204: None},
    errors=(404, 409, 422),
    repeatable=True,
)
async def add_channel_member(call: Call) -> Answer:
    """Add a member; adding again changes nothing."""
    given = call.body(NewMember)
    await channels.add_member(call.house, call.user_id, call.path("channel"), given.user_id)
    return Answer(204)


@routes.add(
    "DELETE",
    "/api/v1/channels/{channel}/members/{user}",
    who="signed in",
    summary="Leave a channel, or remove someone",
    answers={204: None},
    errors=(403, 404),
)
async def remove_channel_member(call: Call) -> Answer:
    """End a channel membership."""
    await channels.remove_member(call.house, call.user_id, call.path("channel"), call.path("user"))
    return Answer(204)
