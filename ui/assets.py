"""Every file a browser may load, read once: Parlour's own, and those of a few npm packages.

All of them live under one fingerprint (`/static/<version>/…`), so relative imports and style sheets need no
rewriting, a release is never mixed with the one before, and caches may keep a file for ever. A path is looked
up in a table and never in the file system, so there is nothing to traverse.
"""

import base64
import hashlib
import json
import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
NPM_PREFIX = "npm/"

# What the import map names, and where npm puts it. These are needed at once, and preloaded.
MODULES: dict[str, str] = {
    "preact": "preact/dist/preact.mjs",
    "preact/hooks": "preact/hooks/dist/hooks.mjs",
    "@preact/signals": "@preact/signals/dist/signals.mjs",
    "@preact/signals-core": "@preact/signals-core/dist/signals-core.mjs",
    "htm": "htm/dist/htm.mjs",
    "idb-keyval": "idb-keyval/dist/index.js",
    "markdown-it": "markdown-it/dist/browser/markdown-it.esm.min.mjs",
    "socket.io-client": "socket.io-client/dist/socket.io.esm.min.js",
}
# Imported when they are first needed: code is coloured, rich text pasted, a file uploaded, a password chosen.
LATER_MODULES: dict[str, str] = {
    "lowlight": "lowlight/lib/index.js",
    "highlight.js/lib/core": "@highlightjs/cdn-assets/es/core.min.js",
    "devlop": "devlop/lib/default.js",
    # Not a module of its own: it leaves `tus` with the window.
    "tus-js-client": "tus-js-client/dist/tus.min.js",
    "@zxcvbn-ts/core": "@zxcvbn-ts/core/dist/index.mjs",
    "@zxcvbn-ts/dictionary-compression/decompress": "@zxcvbn-ts/dictionary-compression/dist/decompress.mjs",
    "fastest-levenshtein": "fastest-levenshtein/esm/mod.js",
    "turndown": "turndown/lib/turndown.browser.es.js",
    "turndown-plugin-gfm": "@truto/turndown-plugin-gfm/lib/index.js",
}
# Names that begin with the left side lie in the folder on the right.
FOLDERS: Mapping[str, str] = {
    "highlight.js/languages/": "@highlightjs/cdn-assets/es/languages/",
    "emojibase-data/": "emojibase-data/en/",
    "@zxcvbn-ts/language-common/": "@zxcvbn-ts/language-common/dist/",
    "@zxcvbn-ts/language-en/": "@zxcvbn-ts/language-en/dist/",
}
FOLDERS_HOLD = (
    "@highlightjs/cdn-assets/es/languages/*.min.js",
    "emojibase-data/en/compact.json",
    "emojibase-data/en/messages.json",
    "emojibase-data/en/shortcodes/github.json",
    "emojibase-data/en/shortcodes/emojibase.json",
    "@zxcvbn-ts/core/dist/**/*.mjs",
    "@zxcvbn-ts/language-common/dist/adjacencyGraphs.json.mjs",
    "@zxcvbn-ts/language-common/dist/passwords.json.mjs",
    "@zxcvbn-ts/language-en/dist/commonWords.json.mjs",
    "@zxcvbn-ts/language-en/dist/firstnames.json.mjs",
    "@zxcvbn-ts/language-en/dist/translations.mjs",
)
FONTS = (
    "@fontsource-variable/inter/wght.css",
    "@fontsource-variable/inter/files/*-wght-normal.woff2",
    "@fontsource-variable/fraunces/wght.css",
    "@fontsource-variable/fraunces/files/*-wght-normal.woff2",
)
TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Asset:
    """One file: its bytes, media type and strong entity tag."""

    body: bytes
    media_type: str
    etag: str


@dataclass(frozen=True)
class Assets:
    """All files by path, and the fingerprint of them together."""

    files: Mapping[str, Asset]
    version: str

    def url(self, path: str) -> str:
        """Return where a browser finds `path`.

        Raises:
            KeyError: there is no such file; final.
        """
        if path not in self.files:
            raise KeyError(path)
        return f"/static/{self.version}/{path}"

    def find(self, path: str) -> tuple[Asset | None, bool]:
        """Return the file that a request under /static/ means, and whether its address is of this release."""
        version, _, rest = path.partition("/")
        if version == self.version:
            return self.files.get(rest), True
        # A page of an earlier release asks with its own fingerprint; the bare path is for links that must not change.
        return self.files.get(path) or self.files.get(rest), False

    @property
    def import_map(self) -> str:
        """The import map, exactly as the page must hold it: its hash is in the policy."""
        modules = MODULES | LATER_MODULES
        imports = {name: self.url(NPM_PREFIX + path) for name, path in modules.items()}
        imports |= {name: f"/static/{self.version}/{NPM_PREFIX}{folder}" for name, folder in FOLDERS.items()}
        return json.dumps({"imports": imports}, separators=(",", ":"), sort_keys=True)

    @property
    def import_map_hash(self) -> str:
        """The import map's source expression for a Content-Security-Policy."""
        digest = hashlib.sha256(self.import_map.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    def preloads(self, *places: str) -> list[str]:
        """Return the addresses of the own modules in these folders or so named, and of the npm modules in `MODULES`."""
        own = sorted(
            p for p in self.files if p in places or (p.endswith(".js") and p.rpartition("/")[0] in places)
        )
        return [self.url(path) for path in [*(NPM_PREFIX + m for m in MODULES.values()), *own]]


@cache
def assets() -> Assets:
    """Return this process's files.

    Raises:
        FileNotFoundError: `npm ci` has not run in `ui/`; final.
    """
    files = {path: _read(file) for path, file in sorted(_own()) + sorted(_npm())}
    fingerprint = hashlib.sha256()
    for path, asset in files.items():
        fingerprint.update(f"{path}\0{asset.etag}\0".encode())
    return Assets(files, fingerprint.hexdigest()[:12])


def _own() -> Iterator[tuple[str, Path]]:
    root = HERE / "static"
    return ((file.relative_to(root).as_posix(), file) for file in root.rglob("*") if file.is_file())


def _npm() -> Iterator[tuple[str, Path]]:
    root = HERE / "node_modules"
    for pattern in (*MODULES.values(), *LATER_MODULES.values(), *FOLDERS_HOLD, *FONTS):
        found = list(root.glob(pattern))
        if not found:
            raise FileNotFoundError(f"{root / pattern} is missing: run `npm ci` in {HERE}")
        for file in found:
            yield NPM_PREFIX + file.relative_to(root).as_posix(), file


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    media_type = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Asset(body, media_type, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
