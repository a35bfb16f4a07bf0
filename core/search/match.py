"""Whether a message, as it is now, is what was asked for. An index may be behind, and pairs of words may collide."""

from collections.abc import Container

from parlour.core.chat.said import said
from parlour.core.ids import EntryId
from parlour.core.model.chat import Entry
from parlour.core.search.index import signs_of
from parlour.core.search.interface import first_moment, marked, moment_of
from parlour.core.search.query import Query, Term
from parlour.core.search.resolve import Resolved
from parlour.core.search.tokens import holds_phrase, words


def matches(message: Entry, query: Query, resolved: Resolved, *, saved: Container[EntryId] = ()) -> bool:
    """Return whether a message meets a query, knowing which ones its searcher saved; deleted ones meet none."""
    if message.deleted_at or not _of_people_and_places(message, query, resolved):
        return False
    if not _in_time(message, query):
        return False
    signs = {*signs_of(message), *([marked("saved")] if message.id in saved else [])}
    if any(marked(mark) not in signs for mark in query.wanted.marks):
        return False
    if any(marked(mark) in signs for mark in query.unwanted.marks):
        return False
    text = words(said(message))
    return all(_holds(text, term) for term in query.wanted.terms) and not any(
        _holds(text, term) for term in query.unwanted.terms
    )


def _of_people_and_places(message: Entry, query: Query, resolved: Resolved) -> bool:
    if query.wanted.people and message.author_id not in resolved.people:
        return False
    if query.wanted.places and message.channel_id not in resolved.places:
        return False
    return message.author_id not in resolved.not_people and message.channel_id not in resolved.not_places


def _in_time(message: Entry, query: Query) -> bool:
    at = moment_of(message.created_at, message.id)
    if query.since and at < first_moment(query.since):
        return False
    return not query.until or at < first_moment(query.until)


def _holds(text: list[str], term: Term) -> bool:
    return holds_phrase(text, term.words, open_end=term.open_end)
