"""Channels and their members."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.chat import channels, create, manage, membership, preferences
from parlour.core.chat.manage import ChannelPatch
from parlour.core.chat.preferences import PreferencesPatch
from parlour.core.errors import InvalidError
from parlour.core.ids import UserId
from parlour.core.model.chat import Channel, ChannelKind, ChannelMember, Preferences
from parlour.core.model.page import Page
from parlour.core.people.names import folded
from parlour.core.store.directory import Sort, Wanted

routes = Routes("Channels", family="channels")


class NewChannel(Struct, frozen=True, forbid_unknown_fields=True):
    """A new channel. A direct one and a group need no name; `user_ids` are the others in it."""

    kind: ChannelKind = "public"
    name: str = ""
    user_ids: list[UserId] = []


class NewMember(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is added: one person, or several."""

    user_id: UserId | None = None
    user_ids: list[UserId] = []


class ChannelsQuery(PageQuery, frozen=True):
    """Which channels: those with `q` in their name, archived or not, and in which order.

    Direct channels and groups are listed only if nothing is asked for but a page.
    """

    q: str = ""
    archived: bool | None = None
    sort: Sort = "created"


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/channels",
    who="signed in",
    summary="My channels and the public ones, to look through or to search",
    query=ChannelsQuery,
    answers={200: Page[Channel]},
    errors=(404, 422),
)
async def list_channels(call: Call) -> Answer:
    """List the channels the caller may see."""
    page = call.query(ChannelsQuery)
    return Answer(
        200,
        await channels.visible(
            call.house,
            call.user_id,
            call.path("workspace"),
            Wanted(name_key=folded(page.q.strip()), archived=page.archived, sort=page.sort),
            after=page.cursor,
            limit=call.limit(page.limit),
        ),
    )


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/channels",
    who="signed in",
    summary="Make a channel; the direct channel or group of the same people is found again (200)",
    body=NewChannel,
    answers={201: Channel, 200: Channel},
    errors=(404, 409, 422),
    repeatable=True,
)
async def create_channel(call: Call) -> Answer:
    """Make a channel."""
    given = call.body(NewChannel)
    channel, is_new = await create.create(
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
    others="channel.manage",
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
        await membership.members(
            call.house, call.user_id, call.path("channel"), after=page.cursor, limit=call.limit(page.limit)
        ),
    )


@routes.add(
    "POST",
    "/api/v1/channels/{channel}/members",
    who="signed in",
    others="channel.invite",
    summary="Add people to a channel, or join a public one yourself",
    body=NewMember,
    answers={204: None},
    errors=(404, 409, 422),
    repeatable=True,
)
async def add_channel_member(call: Call) -> Answer:
    """Add members; adding again changes nothing."""
    given = call.body(NewMember)
    added = [*given.user_ids, *([given.user_id] if given.user_id else [])]
    if not added:
        raise InvalidError.field("user_id", "Say whom to add.")
    await membership.add_members(call.house, call.user_id, call.path("channel"), added)
    return Answer(204)


@routes.add(
    "PATCH",
    "/api/v1/channels/{channel}/membership",
    who="signed in",
    summary="Mute or star a channel, choose its section, and what to be notified of: for myself",
    body=PreferencesPatch,
    answers={200: Preferences},
    errors=(404, 422),
)
async def change_membership(call: Call) -> Answer:
    """Change how the caller has a channel."""
    patch = call.body(PreferencesPatch)
    return Answer(200, await preferences.change(call.house, call.user_id, call.path("channel"), patch))


@routes.add(
    "DELETE",
    "/api/v1/channels/{channel}/members/{user}",
    who="signed in",
    others="channel.manage",
    summary="Leave a channel, or remove someone",
    answers={204: None},
    errors=(403, 404),
)
async def remove_channel_member(call: Call) -> Answer:
    """End a channel membership."""
    await membership.remove_member(call.house, call.user_id, call.path("channel"), call.path("user"))
    return Answer(204)
