"""Addresses of pictures that a browser can load by itself: signed, and good for a day or two.

An `<img>` sends no token. Who is given such an address is a member; it ends, and it names one picture.
"""

import hashlib
import hmac
import time

from parlour.core.ids import WorkspaceId
from parlour.core.settings import Settings

DAY_S = 86_400


def image_url(workspace_id: WorkspaceId, name: str, version: str, settings: Settings) -> str:
    """Return a picture's address, the same for a whole day, so that browsers keep what they loaded."""
    until = (int(time.time()) // DAY_S + 2) * DAY_S
    signature = _signature(workspace_id, name, version, until, settings)
    path = f"/api/v1/workspaces/{workspace_id}/emoji/{name}/image"
    return f"{path}?version={version}&until={until}&signature={signature}"


def is_signed(
    workspace_id: WorkspaceId, name: str, version: str, until: int, signature: str, settings: Settings
) -> bool:
    """Return whether an address was given out here and still holds."""
    if until < time.time():
        return False
    wanted = _signature(workspace_id, name, version, until, settings)
    return hmac.compare_digest(wanted.encode(), signature.encode())


def _signature(workspace_id: WorkspaceId, name: str, version: str, until: int, settings: Settings) -> str:
    message = "\n".join(("emoji image", workspace_id, name, version, str(until)))
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()
