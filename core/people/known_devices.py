"""Browsers that somebody has signed in with: each keeps a signed note of that, which no other account can use.

See OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
"""

import secrets
import time
from datetime import timedelta

from parlour.core.model.people import Device
from parlour.core.people.password_rules import normal
from parlour.core.settings import Settings
from parlour.core.signing import is_signature, signature

PURPOSE = "known device"


def note_for(settings: Settings, email: str) -> str:
    """Return the note that a browser gets which signed in at an account."""
    device = secrets.token_hex(8)
    until = int(time.time() + timedelta(days=settings.known_device_days).total_seconds())
    return f"{device}.{until}.{signature(settings, PURPOSE, device, normal(email), until=until)}"


def known_as(settings: Settings, browser: Device, email: str) -> str:
    """Return by what a browser is known that signed in at this account before; empty for a stranger."""
    device, _, rest = browser.note.partition(".")
    moment, _, given = rest.partition(".")
    if not (moment.isdecimal() and len(moment) < len("10000000000000")):
        return ""
    if not is_signature(settings, given, PURPOSE, device, normal(email), until=int(moment)):
        return ""
    return device
