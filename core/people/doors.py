"""The limits of the doors: what counts against whom, so that guessing is slow and nobody can lock others out.

At a password, a stranger's tries count by their network address and the account. Those of strangers together count by
the account, too; but a browser that somebody has signed in with counts for itself alone, and is let on (OWASP's device
cookies): an attacker locks out other attackers.
"""

from parlour.core.house import House
from parlour.core.model.people import Device
from parlour.core.people.known_devices import known_as
from parlour.core.people.limits import FIVE_MINUTES, HOUR, Limit, network_of


async def begin_sign_in(house: House, device: Device, email: str) -> None:
    """Count a try at an account's password, of one that may not exist just the same.

    Raises:
        OverLimitError: there were too many that failed.
    """
    limits, network = house.limits, network_of(device.address)
    if known := known_as(house.settings, device, email):
        await limits.pass_door(_passwords(house), f"{known}:{email}")
        return
    await limits.look_at_door(_strangers(house), email)
    await limits.look_at_door(_of_address(house), network)
    await limits.pass_door(_passwords(house), f"{network}:{email}")


async def sign_in_failed(house: House, device: Device, email: str) -> None:
    """Count a failure of a stranger, for the account and for their network address."""
    if known_as(house.settings, device, email):
        return
    await house.limits.count_door(_strangers(house), email)
    await house.limits.count_door(_of_address(house), network_of(device.address))


async def sign_in_succeeded(house: House, device: Device, email: str) -> None:
    """Forget the failures of one who has shown that they know the password."""
    who = known_as(house.settings, device, email) or network_of(device.address)
    await house.limits.forgive(_passwords(house), f"{who}:{email}")


async def begin_present_password(house: House, user_id: str) -> None:
    """Count a try at the password of somebody who is signed in.

    Raises:
        OverLimitError: there were too many that failed.
    """
    await house.limits.pass_door(_passwords(house), user_id)


async def present_password_right(house: House, user_id: str) -> None:
    """Forget the failures before it."""
    await house.limits.forgive(_passwords(house), user_id)


async def begin_sign_up(house: House, address: str) -> None:
    """Count a sign-up.

    Raises:
        OverLimitError: there were too many from this network address.
    """
    most = house.settings.sign_ups_per_address
    limit = Limit("sign-ups", most, HOUR, "sign_ups_per_address", _alone(house))
    await house.limits.pass_door(limit, network_of(address))


async def ask_for_mail(house: House, address: str) -> None:
    """Count a request that has a mail sent to an address somebody typed.

    Raises:
        OverLimitError: there were too many from this network address.
    """
    most = house.settings.mail_requests_per_address
    limit = Limit("requests for mails", most, HOUR, "mail_requests_per_address", _alone(house))
    await house.limits.pass_door(limit, network_of(address))


async def try_link(house: House, address: str) -> None:
    """Count a try of a link or a code.

    Raises:
        OverLimitError: there were too many from this network address.
    """
    most = house.settings.link_tries_per_address
    limit = Limit("links and codes", most, FIVE_MINUTES, "link_tries_per_address", _alone(house))
    await house.limits.pass_door(limit, network_of(address))


def _passwords(house: House) -> Limit:
    most = house.settings.sign_in_failures
    return Limit("failed attempts", most, FIVE_MINUTES, "sign_in_failures", _alone(house))


def _alone(house: House) -> int:
    return house.settings.door_tries_without_redis


def _strangers(house: House) -> Limit:
    most = house.settings.sign_in_failures_of_strangers
    return Limit("failed sign-ins", most, HOUR, "sign_in_failures_of_strangers")


def _of_address(house: House) -> Limit:
    most = house.settings.sign_in_failures_per_address
    return Limit("failed sign-ins", most, HOUR, "sign_in_failures_per_address")
