"""What waits for somebody to prove that an address is theirs."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import RequestId, UserId

RequestKind = Literal["sign_up", "verify_email", "reset_password", "change_email", "take_back_email"]


class AccountRequest(Struct, frozen=True, kw_only=True):
    """Something that whoever reads the mails of `email` may have done once, until `expires_at`.

    A sign-up has the `name` and the hashes of the password and of what only the browser knows that began it; `tries`
    counts wrong codes, and none counts as right before one was `mailed`. To take an address back is for who reads the
    mails of the old one, `email`; `other` is the new.
    """

    id: RequestId
    kind: RequestKind
    email: str
    created_at: datetime
    expires_at: datetime
    user_id: UserId | None = None
    name: str = ""
    password_hash: str = ""
    browser_hash: str = ""
    other: str = ""
    tries: int = 0
    mailed: bool = False
