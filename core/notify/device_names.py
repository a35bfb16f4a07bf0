"""What a device is called until its owner says otherwise: `Firefox on Linux`."""

import asyncio

from ua_parser import parse

from parlour.core.model.notifications import DeviceKind

READ_CHARACTERS = 512
UNKNOWN: dict[DeviceKind, str] = {
    "webpush": "A browser",
    "unifiedpush": "A phone",
    "fcm": "An Android phone",
    "apns": "An iPhone or iPad",
}


async def name_of(kind: DeviceKind, user_agent: str) -> str:
    """Return a name by what a browser or app says of itself, in a thread: the first look-up loads all patterns."""
    return await asyncio.to_thread(_named, kind, user_agent[:READ_CHARACTERS])


def _named(kind: DeviceKind, user_agent: str) -> str:
    seen = parse(user_agent)
    browser = seen.user_agent.family.removeprefix("Headless") if seen.user_agent else ""
    system = seen.os.family if seen.os else ""
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or UNKNOWN[kind]
