"""Addresses of pictures that a browser can load by itself: signed, and good for a day or two.

An `<img>` sends no token. Who is given such an address is a member; it ends, and it names one picture.
"""

import time

from parlour.core.ids import WorkspaceId
from parlour.core.settings import Settings
from parlour.core.signing import is_signature, signature

DAY_S = 86_400


def image_url(workspace_id: WorkspaceId, name: str, version: str, settings: Settings) -> str:
    """Return a picture's address, the same for a whole day, so that browsers keep what they loaded."""
    until = (int(time.time()) // DAY_S + 2) * DAY_S
    signed = signature(settings, *_parts(workspace_id, name, version), until=until)
    path = f"/api/v1/workspaces/{workspace_id}/emoji/{name}/image"
    return f"{path}?version={version}&until={until}&signature={signed}"


def is_signed(
    workspace_id: WorkspaceId, name: str, version: str, until: int, given: str, settings: Settings
) -> bool:
    """Return whether an address was given out here and still holds."""
    return is_signature(settings, given, *_parts(workspace_id, name, version), until=until)


def _parts(workspace_id: WorkspaceId, name: str, version: str) -> tuple[str, ...]:
    return ("emoji image", workspace_id, name, version)
