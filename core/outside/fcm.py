"""Firebase Cloud Messaging by its HTTP v1 interface, for Android.

Messages carry data alone and the app shows them: a conversation's later push replaces the earlier one on the device by
its `tag`. No collapse key: the service keeps four of them for a device, and would drop conversations beyond those.
"""

from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession
from msgspec import Struct

from parlour.core.outside import answers
from parlour.core.outside.answer import Answer
from parlour.core.outside.exchange import Reply, post
from parlour.core.outside.google import AccessTokens, service_account
from parlour.core.outside.notice import Address, Push
from parlour.core.outside.payload import fitted
from parlour.core.settings import Settings

UNAUTHENTICATED = 401
DATA_MAX_BYTES = 4096


class _Violation(Struct, frozen=True):
    field: str = ""


class _Detail(Struct, frozen=True, rename="camel"):
    error_code: str = ""
    field_violations: list[_Violation] = []


class _Error(Struct, frozen=True):
    details: list[_Detail] = []


class _Said(Struct, frozen=True):
    name: str = ""
    error: _Error = _Error()


class Fcm:
    """Pushes to Android devices with Google's services."""

    def __init__(self, settings: Settings, session: ClientSession) -> None:
        account = service_account(settings)
        self._settings = settings
        self._session = session
        self._tokens = AccessTokens(account, settings, session)
        self._url = f"{settings.fcm_url.rstrip('/')}/v1/projects/{account.project_id}/messages:send"

    async def push(self, address: Address, push: Push) -> Answer:
        """Hand a push to Google; a token that was withdrawn meanwhile is replaced once.

        Raises:
            ConfigurationError: the account's key is none.
        """
        most = min(self._settings.push_payload_max_bytes, DATA_MAX_BYTES)
        body = fitted(push, lambda shown: self._message(address, shown), most=most)
        answer, token = await self._sent(body)
        if answer.code == str(UNAUTHENTICATED) and token:
            self._tokens.forget(token)
            answer, _ = await self._sent(body)
        return answer

    async def _sent(self, body: bytes) -> tuple[Answer, str]:
        token = await self._tokens.get()
        if isinstance(token, Answer):
            return token, ""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        most = self._settings.push_answer_max_bytes
        try:
            reply = await post(self._session, self._url, data=body, headers=headers, most=most)
        except (ClientError, *answers.UNDERSTOOD) as error:
            return answers.failed(error, timeout=self._settings.push_timeout), token
        return _judged(reply), token

    def _message(self, address: Address, push: Push) -> bytes:
        android = {
            "priority": "NORMAL" if push.close else "HIGH",
            "ttl": f"{self._settings.push_ttl}s",
        }
        message = {"token": address.target, "data": data_of(push), "android": android}
        return msgspec.json.encode({"message": message})


def data_of(push: Push) -> dict[str, str]:
    """Return the fields of a push that are not as usual; Google carries strings alone, so others are JSON."""
    fields: dict[str, Any] = msgspec.to_builtins(push)
    return {name: _string(value) for name, value in fields.items()}


def _string(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _judged(reply: Reply) -> Answer:
    try:
        said = msgspec.json.decode(reply.body, type=_Said)
    except msgspec.DecodeError:
        said = None
    if reply.status == 200:
        return answers.sent("200") if said and said.name else answers.garbage()
    codes = {detail.error_code for detail in said.error.details} if said else set()
    if "UNREGISTERED" in codes or (said and _is_no_token(said)):
        return Answer(answered="gone", code="UNREGISTERED", words="the app is no longer on the device")
    if codes & {"SENDER_ID_MISMATCH", "THIRD_PARTY_AUTH_ERROR"}:
        words = "the device is registered with another project than PARLOUR_FCM_SERVICE_ACCOUNT's"
        return answers.misconfigured(words, min(codes - {""}))
    if reply.status in answers.GONE:
        return answers.misconfigured("there is no such project (PARLOUR_FCM_SERVICE_ACCOUNT)", "404")
    return answers.judged(reply)


def _is_no_token(said: _Said) -> bool:
    fields = (violation.field for detail in said.error.details for violation in detail.field_violations)
    return "message.token" in fields
