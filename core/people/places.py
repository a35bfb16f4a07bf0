"""From where somebody acts, in words for people: `Firefox on Linux, 203.0.113.7`."""

from parlour.core.notify.device_names import name_of
from parlour.core.origin import origin


async def device_words(agent: str) -> str:
    """Return what a browser or program is called: `Firefox on Linux`."""
    return await name_of("webpush", agent) if agent else "An unknown program"


async def origin_words() -> str:
    """Return from where what is done just now was asked for."""
    asked_from = origin.get()
    if asked_from is None:
        return "this server"
    return f"{await device_words(asked_from.agent)}, {asked_from.address}"
