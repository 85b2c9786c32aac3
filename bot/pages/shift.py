"""The addresses of a shift: one request after the other, each on its own page.

An address carries what the shift needs, so nothing of it is stored: `last` is the key
of the request before, `did` is what the person did with it, and `skipped` are the names
of the requests that the person skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.pages.context import Visit
from bot.usecases.shift.next_request import Done, done_before
from storage.records import Request, request_id_of

ANSWERED, DECLINED, SKIPPED, RULED = "answered", "declined", "skipped", "ruled"
_DID = frozenset({ANSWERED, DECLINED, SKIPPED, RULED})
# A shift that skips more requests meets the first of them again.
_MOST_SKIPPED = 50


@dataclass(frozen=True)
class Shift:
    """The place of one page in a shift. `skipped` are names of requests, oldest first."""

    last: str = ""
    did: str = ""
    skipped: tuple[str, ...] = ()

    @property
    def skipped_ids(self) -> frozenset[int]:
        """Return the ids of the skipped requests."""
        ids = (request_id_of(name) for name in self.skipped)
        return frozenset(each for each in ids if each is not None)

    @property
    def joined(self) -> str:
        """Return the skipped names as an address and a form carry them."""
        return ".".join(self.skipped)

    def after(
        self,
        key: str,
        did: str,
    ) -> str:
        """Return the query of the address that leads on from the request of `key`."""
        query = {"last": key, "did": did}
        if self.skipped:
            query["skipped"] = self.joined
        return urlencode(query)

    def after_skipping(self, request: Request) -> str:
        """Return the query that leads on from this request and leaves it out."""
        return self._without(request).after(request.key, SKIPPED)

    def after_declining(self, request: Request) -> str:
        """Return the query that leads on while the refusal can still be undone."""
        return self._without(request).after(request.key, DECLINED)

    def _without(self, request: Request) -> "Shift":
        names = [name for name in self.skipped if name != request.name]
        return Shift(skipped=tuple([*names, request.name][-_MOST_SKIPPED:]))

    def here(self) -> str:
        """Return the query of this page's own address."""
        return Shift(skipped=self.skipped).after(self.last, self.did)


def read_shift(visit: Visit) -> Shift:
    """Return the place in the shift, from the form or else the address."""
    given: Mapping[str, str] = visit.request.query_params
    if visit.request.method == "POST":
        given = visit.form
    did = given.get("did", "")
    if did not in _DID:
        did = ""
    names = given.get("skipped", "").split(".")
    skipped = [name for name in names if request_id_of(name) is not None]
    return Shift(
        last=given.get("last", ""),
        did=did,
        skipped=tuple(skipped[-_MOST_SKIPPED:]),
    )


def done_here(
    visit: Visit,
    shift: Shift,
) -> Done | None:
    """Return the request before this one, None on the first page of a shift."""
    if not shift.did:
        return None
    return done_before(visit.services, visit.act, shift.last)
