"""The one door to the worlds outside: what leaves, to whom, and what was answered. It never raises."""

import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Protocol, Self

from yarl import URL

from parlour.core.model.notifications import DeviceKind
from parlour.core.outside import answers, exchange
from parlour.core.outside.answer import Answer
from parlour.core.outside.apns import Apns
from parlour.core.outside.faults import ConfigurationError
from parlour.core.outside.fcm import Fcm
from parlour.core.outside.letter import Letter, RenderLetter
from parlour.core.outside.mail import Render, addressed, compose, sender_address, with_both_parts
from parlour.core.outside.notice import Address, Mail, Push
from parlour.core.outside.smtp import Postman
from parlour.core.outside.unifiedpush import UnifiedPush
from parlour.core.outside.vapid import Vapid
from parlour.core.outside.webpush import WebPush
from parlour.core.settings import Settings
from parlour.core.telemetry import OUTSIDE_SECONDS, log

KINDS: tuple[DeviceKind, ...] = ("webpush", "unifiedpush", "fcm", "apns")
MAIL = "smtp"
"""The world that mails go to."""


class PushWorld(Protocol):
    """A kind of push service."""

    async def push(self, address: Address, push: Push) -> Answer:
        """Push to one device; raises `ConfigurationError` when a setting is wrong."""


def world_of(address: Address) -> str:
    """Return the world that a device is reached by: its kind, and for kinds with many services which."""
    if address.kind in ("fcm", "apns"):
        return address.kind
    try:
        return f"{address.kind}:{URL(address.target).host_port_subcomponent or 'nowhere'}"
    except ValueError:
        return f"{address.kind}:nowhere"


def configured(settings: Settings, kind: DeviceKind) -> bool:
    """Return whether this server can push to a kind of device."""
    if kind == "fcm":
        return bool(settings.fcm_service_account.get_secret_value())
    if kind == "apns":
        return bool(settings.apns_key.get_secret_value())
    return bool(settings.vapid_private_key.get_secret_value())


def mail_configured(settings: Settings) -> bool:
    """Return whether this server can send e-mail."""
    return bool(settings.smtp_host)


class Outside:
    """All worlds, their connections and keys; open it with `async with`.

    `render` makes a mail of messages, `render_letter` one about an account.
    """

    def __init__(self, settings: Settings, render: Render, render_letter: RenderLetter | None = None) -> None:
        self._settings = settings
        self._render = render
        self._render_letter = render_letter
        self._postman = Postman(settings)
        self._worlds: dict[DeviceKind, PushWorld] = {}
        self._faults: dict[DeviceKind, str] = {}

    async def __aenter__(self) -> Self:
        """Open the sessions; nothing is connected yet."""
        self._guarded = exchange.guarded_session(self._settings)
        self._plain = exchange.plain_session(self._settings)
        self._set_up()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End all connections."""
        await self._guarded.close()
        await self._plain.close()
        await self._postman.close()
        for world in self._worlds.values():
            if isinstance(world, Apns):
                await world.close()

    @property
    def mail_configured(self) -> bool:
        """Whether this server can send e-mail."""
        return mail_configured(self._settings)

    def configured(self, kind: DeviceKind) -> bool:
        """Return whether this server can push to a kind of device."""
        return configured(self._settings, kind)

    def world_of(self, address: Address) -> str:
        """Return the world that a device is reached by."""
        return world_of(address)

    async def push(self, address: Address, push: Push) -> Answer:
        """Push to one device; return what its push service answered."""
        began = time.perf_counter()
        answer = await self._pushed(address, push)
        OUTSIDE_SECONDS.labels(address.kind, answer.answered).observe(time.perf_counter() - began)
        return answer

    async def mail(self, mail: Mail) -> Answer:
        """Send one mail; return what the mail server answered."""
        return await self._timed(lambda: compose(mail, self._render(mail), self._settings), mail.to_email)

    async def letter(self, letter: Letter) -> Answer:
        """Send one mail about an account; return what the mail server answered."""
        return await self._timed(lambda: self._composed(letter), letter.to_email)

    async def _pushed(self, address: Address, push: Push) -> Answer:
        if not self.configured(address.kind):
            return answers.misconfigured(f"{address.kind} is not set up on this server")
        world = self._worlds.get(address.kind)
        if world is None:
            return answers.misconfigured(self._faults[address.kind])
        try:
            return await world.push(address, push)
        except ConfigurationError as error:
            return answers.misconfigured(str(error))

    async def _timed(self, make: Callable[[], EmailMessage], recipient: str) -> Answer:
        if not self.mail_configured:
            return answers.misconfigured("e-mail is not set up on this server (PARLOUR_SMTP_HOST)")
        began = time.perf_counter()
        answer = await self._mailed(make, recipient)
        OUTSIDE_SECONDS.labels(MAIL, answer.answered).observe(time.perf_counter() - began)
        return answer

    async def _mailed(self, make: Callable[[], EmailMessage], recipient: str) -> Answer:
        try:
            message = make()
        except ValueError:
            return answers.refused("address", "the address is no e-mail address")
        sender = sender_address(self._settings)
        return await self._postman.send(message, sender=sender, recipient=recipient)

    def _composed(self, letter: Letter) -> EmailMessage:
        if self._render_letter is None:
            raise TypeError("this process was given nothing that renders letters")
        rendered = self._render_letter(letter)
        message = addressed(letter.to_name, letter.to_email, rendered.subject, letter.mail_id, self._settings)
        return with_both_parts(message, rendered)

    def _set_up(self) -> None:
        """Make the worlds that are configured; what is wrong with one is answered by each of its attempts."""
        for kind in KINDS:
            if self.configured(kind):
                self._try_set_up(kind)

    def _try_set_up(self, kind: DeviceKind) -> None:
        try:
            self._worlds[kind] = self._made(kind)
        except ConfigurationError as error:
            log.error("outside.misconfigured", world=kind, fault=str(error))
            self._faults[kind] = str(error)

    def _made(self, kind: DeviceKind) -> PushWorld:
        if kind == "fcm":
            return Fcm(self._settings, self._plain)
        if kind == "apns":
            return Apns(self._settings)
        world = WebPush if kind == "webpush" else UnifiedPush
        return world(self._settings, self._guarded, Vapid(self._settings))
