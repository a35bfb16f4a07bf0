"""The end of every sign-in: the session, a line in the log, and a mail where the account does not know the browser."""

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.later.zones import in_words
from parlour.core.model.people import Device, SignedIn, User
from parlour.core.people import mails
from parlour.core.people.known_devices import known_as
from parlour.core.people.places import device_words
from parlour.core.people.sessions import open_session


async def admit(house: House, user: User, device: Device, *, by: str) -> SignedIn:
    """Let in who has proved in every way that they are asked for who they are; `by` says in which, for the log.

    Raises:
        UnauthenticatedError: `wrong_credentials`: their account is deactivated.
    """
    opened = await open_session(house, user)
    is_known = bool(known_as(house.settings, device, user.email))
    house.security_log.note(
        "sign_in.succeeded", user_id=user.id, by=by, address=device.address, known_browser=is_known
    )
    if house.settings.sign_in_mails and not is_known:
        await _tell(house, user, device)
    return opened


async def _tell(house: House, user: User, device: Device) -> None:
    """Have a mail sent to whose account it is: one insert, before the answer, so that no crash loses it."""
    home = house.settings.address
    await mails.queue(
        house,
        "unknown_browser",
        user.email,
        user.id,
        name=user.name,
        device=await device_words(device.agent),
        address=device.address,
        when=in_words(now(), user.timezone or house.settings.default_timezone),
        link=f"{home}/app?open=sessions",
        reset=f"{home}/forgot-password",
    )
