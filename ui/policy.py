"""The headers under which a browser shows a page of Parlour: what may load, frame, connect and listen.

Nothing inline runs but the import map, which is named by its hash; strings never become markup of a page (trusted
types).
"""

from collections.abc import Mapping

from parlour.core.settings import settings
from parlour.ui.assets import assets

_FIXED: Mapping[str, str] = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
}


def page_headers() -> dict[str, str]:
    """Return the headers of an HTML page."""
    return {**_FIXED, "Content-Security-Policy": _content_security_policy(), "Cache-Control": "no-cache"}


def worker_headers() -> dict[str, str]:
    """Return the headers of the service worker: it asks this server alone, and is looked for anew at each visit."""
    return {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'; img-src 'self'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }


def asset_headers(*, lasting: bool) -> dict[str, str]:
    """Return the headers of a static file; `lasting` says that its address names its content."""
    return {
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
    }


def _content_security_policy() -> str:
    # 'self' covers web sockets in current browsers only, so the public address is named too.
    sockets = settings().address.replace("http", "ws", 1)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {assets().import_map_hash}",
            "style-src 'self'",
            # Pictures that one is about to send are shown from this browser: `blob:`.
            "img-src 'self' data: blob:",
            "media-src 'self'",
            "font-src 'self'",
            f"connect-src 'self' {sockets}",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            # One policy makes documents that run and load nothing, to read what is pasted.
            # The other names the script of the worker, which is always the same.
            "trusted-types parlour-inert parlour-worker",
        )
    )
