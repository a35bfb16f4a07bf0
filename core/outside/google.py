"""Access tokens of a Google service account: a signed assertion is exchanged for one (RFC 7523)."""

import asyncio
import time
from urllib.parse import urlencode

import jwt
import msgspec
from aiohttp import ClientError, ClientSession
from msgspec import Struct

from parlour.core.outside import answers
from parlour.core.outside.answer import Answer
from parlour.core.outside.exchange import Reply, post
from parlour.core.outside.faults import ConfigurationError
from parlour.core.outside.given import text_of
from parlour.core.settings import Settings

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS = 3600
RENEWED_BEFORE_S = 300


class ServiceAccount(Struct, frozen=True):
    """What is needed of a service account's file."""

    project_id: str
    client_email: str
    private_key: str
    token_uri: str
    private_key_id: str = ""


class _Granted(Struct, frozen=True):
    access_token: str
    expires_in: int


def service_account(settings: Settings) -> ServiceAccount:
    """Return the account that the settings name.

    Raises:
        ConfigurationError: there is no such file, or it is none of a service account.
    """
    text = text_of(settings.fcm_service_account, "PARLOUR_FCM_SERVICE_ACCOUNT")
    try:
        return msgspec.json.decode(text, type=ServiceAccount)
    except msgspec.DecodeError:
        raise ConfigurationError("PARLOUR_FCM_SERVICE_ACCOUNT is no service account's JSON") from None


class AccessTokens:
    """The account's token, one at a time, used until shortly before it expires."""

    def __init__(self, account: ServiceAccount, settings: Settings, session: ClientSession) -> None:
        self._account = account
        self._settings = settings
        self._session = session
        self._url = settings.fcm_token_url or account.token_uri
        self._one_asks = asyncio.Lock()
        self._token = ""
        self._expires = 0.0

    async def get(self) -> str | Answer:
        """Return a token, or the answer of an attempt that got none.

        Raises:
            ConfigurationError: the account's key is none.
        """
        async with self._one_asks:
            if self._expires > time.monotonic():
                return self._token
            reply = await self._asked()
            return reply if isinstance(reply, Answer) else self._remembered(reply)

    def forget(self, token: str) -> None:
        """Ask for a new token next time: this one was not accepted."""
        if token == self._token:
            self._expires = 0.0

    async def _asked(self) -> Reply | Answer:
        body = urlencode({"grant_type": GRANT, "assertion": self._assertion()}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        most = self._settings.push_answer_max_bytes
        try:
            reply = await post(self._session, self._url, data=body, headers=headers, most=most)
        except (ClientError, *answers.UNDERSTOOD) as error:
            return answers.failed(error, timeout=self._settings.push_timeout)
        if 400 <= reply.status < 500 and reply.status not in answers.MAY_PASS:
            words = "Google does not accept the service account (PARLOUR_FCM_SERVICE_ACCOUNT)"
            return answers.misconfigured(words, str(reply.status))
        return reply

    def _remembered(self, reply: Reply) -> str | Answer:
        if reply.status != 200:
            return answers.judged(reply)
        try:
            granted = msgspec.json.decode(reply.body, type=_Granted)
        except msgspec.DecodeError:
            return answers.garbage()
        self._token = granted.access_token
        self._expires = time.monotonic() + max(granted.expires_in - RENEWED_BEFORE_S, 0)
        return self._token

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self._account.client_email,
            "scope": SCOPE,
            "aud": self._url,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        key_id = {"kid": self._account.private_key_id} if self._account.private_key_id else None
        try:
            return jwt.encode(claims, self._account.private_key, "RS256", headers=key_id)
        except (ValueError, TypeError, jwt.PyJWTError):
            raise ConfigurationError("PARLOUR_FCM_SERVICE_ACCOUNT holds no RSA key") from None
