"""Table services (TAP) through astroquery and pyvo, with the limits that those two leave open.

Importing this module takes about a second: it is imported in the thread that first needs it.

References
----------
.. [1] Dowler et al. (2019), Table Access Protocol 1.1, IVOA Recommendation: QUERY_STATUS, inline uploads.
"""

from collections.abc import Sequence
from typing import Any

import requests
from astropy.table import Table
from astroquery.simbad import SimbadClass
from pyvo.dal import TAPService
from pyvo.dal.exceptions import DALAccessError

from astrolens.catalog.question import Question, TooManyRows
from astrolens.catalog.web import TooLong, mount, retry_after
from astrolens.domain.errors import Unavailable
from astrolens.domain.text import clean

Row = dict[str, Any]


class _Client(SimbadClass):  # type: ignore[misc] # astroquery has no types
    """astroquery's table client at an address of our own choice."""

    def __init__(self, url: str, timeout_s: float, user_agent: str) -> None:
        super().__init__()
        mount(self._session, url, timeout_s, user_agent)
        self._service = TAPService(baseurl=url, session=self._session)

    @property
    def tap(self) -> Any:
        """The service; astroquery's own is bound to its list of mirrors."""
        return self._service

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()


def query(
    url: str,
    adql: str,
    *,
    columns: Sequence[str],
    rows: int,
    timeout_s: float,
    user_agent: str,
    places: Sequence[Question] = (),
) -> list[Row]:
    """Ask a TAP service one question, past astroquery's own endless cache.

    Parameters
    ----------
    url : str
        Base address of the service.
    adql : str
        The question.
    columns : sequence of str
        Lower-case names that every reply must hold.
    rows : int
        Most rows that may come back.
    timeout_s : float
        Time for the whole exchange.
    user_agent : str
        Who asks.
    places : sequence of Question, optional
        Sent along as the table ``TAP_UPLOAD.places`` with the columns n, ra and dec.

    Returns
    -------
    list of dict
        The rows by lower-case column, None for what is missing; only from a reply that says of itself that
        the query went well.

    Raises
    ------
    TooManyRows
        If the answer was cut off.
    Unavailable
        For every other reply, and for none.
    """
    client = _Client(url, timeout_s, user_agent)
    try:
        uploads = {"places": _table(places)} if places else {}
        result = client.tap.run_sync(adql, maxrec=rows, uploads=uploads)
        status = _status(result.votable)
        if status == "OVERFLOW":
            raise TooManyRows(f"the reply of {url} was cut off (OVERFLOW) after {len(result)} rows")
        if status != "OK":
            raise Unavailable(f"the reply of {url} has the status {clean(status or 'none', 40)}")
        return _rows(result.to_table(), columns, url)
    except DALAccessError as error:
        cause = getattr(error, "cause", None)
        words = f"{url} did not answer the query: {clean(error.reason, 200)}"
        if isinstance(cause, TooLong):
            raise TooManyRows(words) from error
        raise Unavailable(words, retry_after(getattr(cause, "response", None))) from error
    except (requests.RequestException, OSError, EOFError) as error:
        raise Unavailable(f"{url} cannot be reached: {clean(error, 200)}") from error
    finally:
        client.close()


def _table(places: Sequence[Question]) -> Table:
    return Table(
        {
            "n": list(range(len(places))),
            "ra": [one.position.ra_deg for one in places],
            "dec": [one.position.dec_deg for one in places],
        }
    )


def _rows(table: Table, columns: Sequence[str], url: str) -> list[Row]:
    there = {str(name).lower(): table[name].tolist() for name in table.colnames}
    if missing := [name for name in columns if name not in there]:
        raise Unavailable(f"the reply of {url} lacks the columns {', '.join(missing)}")
    names = tuple(columns)
    return [
        dict(zip(names, values, strict=True)) for values in zip(*(there[name] for name in names), strict=True)
    ]


def _status(votable: Any) -> str:
    """The last QUERY_STATUS; pyvo takes a reply without one for a good one, and we do not."""
    found = ""
    for resource in (votable, *votable.resources):
        for info in resource.infos:
            if str(info.name).upper() == "QUERY_STATUS":
                found = str(info.value).upper()
    return found
