"""The store: files in, records out, by way of one object."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine

from etm_workbench.cadre import Cadre, Scope
from etm_workbench.codebook import Codebook, load_codebook
from etm_workbench.errors import BadEnvironment, BadInput, nearest
from etm_workbench.store import pseudonyms, row_security
from etm_workbench.store.checked_file import CheckedFile, FileKind, FileVersion, Receipt
from etm_workbench.store.engine import connect_engine, shown_url, transaction
from etm_workbench.store.kept_records import KeptRecords
from etm_workbench.store.migrate import bring_up_to_date
from etm_workbench.store.named_rows import Identifiers, hold_to, named_rows, read_identifiers, reports_of
from etm_workbench.store.reading import files_that_hold, in_asked_order, join_register, read_records
from etm_workbench.store.taking_in import check_fingerprint, has_fingerprint, store_file
from etm_workbench.store.versions import data_version, read_versions


class Store(KeptRecords):
    """Executives' records in SQLite or PostgreSQL; `Store.open` makes one.

    Examples
    --------
    >>> with Store.open("sqlite://", key=bytes(32)) as store:
    ...     store.versions()
    []
    """

    def __init__(self, engine: Engine, key_file: Path, *, key: bytes | None, identity: str | None) -> None:
        super().__init__(engine)
        self._key_file, self._key, self.identity = key_file, key, identity

    @classmethod
    def open(
        cls, url: str, *, key_file: Path | None = None, key: bytes | None = None, identity: str | None = None
    ) -> Store:
        """The store at `url`; made or brought up to date where needed.

        Parameters
        ----------
        url : str
            SQLAlchemy URL of an SQLite file or a PostgreSQL database.
        key_file : Path, optional
            The pseudonym key's file; `ETM_KEY_FILE`, then the user's folder, when not given.
        key : bytes, optional
            The key itself, for stores that live in memory.
        identity : str, optional
            Opens a reader's connection: PostgreSQL then gives the rows of this reader's organizations only.

        Raises
        ------
        BadInput
            The URL cannot be read, or a reader's connection is asked of an SQLite store.
        BadEnvironment
            The database does not answer, was made by a newer workbench or with another key, or its user
            is one whom row-level security does not bind to a reader's rows.
        """
        engine = connect_engine(url)
        try:
            if identity is not None:
                row_security.hold_to_reader(engine, identity)
            bring_up_to_date(engine)
            path = pseudonyms.key_path(key_file)
            known = key or pseudonyms.read_key(path)
            with transaction(engine) as connection:
                if known is not None:
                    check_fingerprint(connection, known)
                if identity is not None:
                    row_security.check_held(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, path, key=known, identity=identity)

    def take_in(self, file: CheckedFile, *, received_on: datetime) -> Receipt:
        """Stores a checked file in one transaction: all of it or nothing.

        Parameters
        ----------
        file : CheckedFile
            Of one kind, cycle and organization.
        received_on : datetime
            With time zone.

        Returns
        -------
        Receipt
            `unchanged` when the version that stands says the same, whatever the container.

        Raises
        ------
        BadInput
            `received_on` has no time zone.
        BadEnvironment
            The database refused, or the pseudonym key is missing or another one.
        """
        key = self._writing_key()
        file.content_hash  # noqa: B018  worked out (and remembered) before others have to wait for the lock
        with transaction(self._engine, writing=True) as connection:
            return store_file(connection, file, received_on=received_on, key=key)

    def versions(
        self, cycle: str | None = None, organization: str | None = None, *, kind: FileKind | None = None
    ) -> list[FileVersion]:
        """File versions by cycle, organization, kind and number; every one, superseded or not."""
        with transaction(self._engine) as connection:
            return read_versions(connection, cycle=cycle, organization=organization, kind=kind)

    def cadre(
        self,
        *,
        cycles: Sequence[str],
        audience: str,
        organizations: Sequence[str] | None = None,
        people: Collection[str] | None = None,
        viewer: str = "",
        codebook: Codebook | None = None,
        as_of: datetime | None = None,
    ) -> Cadre:
        """Register and questionnaires of some cycles, as the latest versions say.

        Parameters
        ----------
        cycles : sequence of str
            In order, latest last.
        audience : str
            Who reads what comes out.
        organizations : sequence of str, optional
            Identifiers; the whole store when not given. Those without files are simply not there.
        people : collection of str, optional
            Only these pseudonyms, in whichever of the organizations; files without any of them are not read.
        viewer : str
            Identity of the reader.
        codebook : Codebook, optional
            Of the latest cycle; read from the data folder when not given.
        as_of : datetime, optional
            With time zone: as the files stood then.

        Returns
        -------
        Cadre
            One row a person, cycle and organization, in the order asked, with the booleans `in_register`
            and `has_questionnaire`. Employment-equity answers are not there: see `equity`.

        Raises
        ------
        BadInput
            No cycle was asked for, or one holds no file.
        """
        codebook = codebook or load_codebook(_latest(cycles))
        with transaction(self._engine) as connection:
            versions = _standing(read_versions(connection, as_of=as_of), _JOINED, cycles, organizations)
            read = versions if people is None else files_that_hold(connection, versions, people)
            frames = [read_records(connection, [v for v in read if v.kind == k], codebook, people) for k in _JOINED]
        records = in_asked_order(
            join_register(frames[0], frames[1], codebook),
            cycles,
            organizations or sorted({version.organization for version in versions}),
        )
        scope = _scope(cycles, organizations, audience, viewer, data_version(versions))
        return Cadre(records=records, codebook=codebook, scope=scope)

    def data_version(self, cycles: Sequence[str]) -> str:
        """Hash of what all registers and questionnaires of some cycles say, as of `cadre`; hexadecimal.

        Raises
        ------
        BadInput
            No cycle was asked for, or one holds no file.
        """
        _latest(cycles)
        with transaction(self._engine) as connection:
            return data_version(_standing(read_versions(connection), _JOINED, cycles, None))

    def equity(
        self,
        *,
        cycles: Sequence[str],
        audience: str,
        organizations: Sequence[str] | None = None,
        viewer: str = "",
        codebook: Codebook | None = None,
        as_of: datetime | None = None,
    ) -> Cadre:
        """Self-identification answers, apart from the questionnaire.

        Parameters, errors and order as for `cadre`; one row a person, cycle and organization.
        """
        codebook = codebook or load_codebook(_latest(cycles))
        with transaction(self._engine) as connection:
            versions = _standing(read_versions(connection, as_of=as_of), ("equity",), cycles, organizations)
            records = read_records(connection, versions, codebook)
        asked = organizations or sorted({version.organization for version in versions})
        scope = _scope(cycles, organizations, audience, viewer, data_version(versions))
        return Cadre(records=in_asked_order(records, cycles, asked), codebook=codebook, scope=scope)

    def roster_rows(
        self,
        *,
        cycles: Sequence[str],
        organizations: Sequence[str],
        columns: Sequence[str],
        levels: Sequence[str] | None = None,
        people: Collection[str] | None = None,
    ) -> tuple[Mapping[str, Any], ...]:
        """Rows with names, for `access.open_roster` alone: whoever calls this has checked and logged who asks.

        Parameters
        ----------
        cycles, organizations : sequence of str
            In the order the rows come.
        columns : sequence of str
            Codebook variables, direct identifiers among them; `cycle`, `organization`.
        levels : sequence of str, optional
            Only people of these levels.
        people : collection of str, optional
            Only these pseudonyms.

        Returns
        -------
        tuple of mapping
            One a person and cycle: `name`, then the columns; None when missing.

        Raises
        ------
        BadInput
            A column is unknown, or a cycle holds no file.
        """
        cadre = self.cadre(cycles=cycles, organizations=organizations, audience="own_organization")
        named = self._identifiers(cycles, organizations)
        return named_rows(hold_to(cadre, levels, people), named, columns)

    def direct_reports(self, person_key: str, *, cycles: Sequence[str], organizations: Sequence[str]) -> frozenset[str]:
        """Pseudonyms of the people whose register names this person as their manager."""
        return reports_of(self._identifiers(cycles, organizations), person_key)

    def pseudonym(self, person_id: str) -> str:
        """The pseudonym of one identifier, to put a person on the access list."""
        return pseudonyms.pseudonyms([person_id], self._writing_key())[0]

    def admit_reading_user(self, user: str) -> None:
        """Gives a database user of a PostgreSQL store what readers' connections need, and no more."""
        with transaction(self._engine, writing=True) as connection:
            row_security.admit_user(connection, user)

    @property
    def is_embedded(self) -> bool:
        """Whether the store is one person's own SQLite file, rather than a server's database."""
        return self._engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Lets the database go."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Store at {shown_url(self._engine)}>"

    def _identifiers(self, cycles: Sequence[str], organizations: Sequence[str]) -> Identifiers:
        with transaction(self._engine) as connection:
            return read_identifiers(connection, _standing(read_versions(connection), _JOINED, cycles, organizations))

    def _writing_key(self) -> bytes:
        if self._key is None:
            with transaction(self._engine) as connection:
                if has_fingerprint(connection):
                    raise BadEnvironment(
                        f"The pseudonym key '{self._key_file.name}' is not there.",
                        expected=f"The key that this store was made with, at {self._key_file}.",
                        remedy="Restore it from its copy, or say where it is with ETM_KEY_FILE.",
                    )
            self._key = pseudonyms.create_key(self._key_file)
        return self._key


_JOINED: tuple[FileKind, ...] = ("accounts", "questionnaire")


def _latest(cycles: Sequence[str]) -> str:
    if isinstance(cycles, str) or not cycles:
        raise BadInput("Records were asked of no list of cycles.", remedy="Give one or several: cycles=['2025-26'].")
    return cycles[-1]


def _standing(
    versions: Sequence[FileVersion],
    kinds: Sequence[FileKind],
    cycles: Sequence[str],
    organizations: Sequence[str] | None,
) -> list[FileVersion]:
    """The versions that stand, of the kinds, cycles and organizations asked for."""
    standing = [version for version in versions if version.kind in kinds and not version.superseded]
    held = {version.cycle for version in standing}
    if absent := [cycle for cycle in cycles if cycle not in held]:
        raise BadInput(
            f"The store has no {' or '.join(kinds)} file of cycle {absent[0]}.",
            remedy=nearest(absent[0], held) if held else "Take files in first: etm intake.",
        )
    return [v for v in standing if v.cycle in cycles and (organizations is None or v.organization in organizations)]


def _scope(
    cycles: Sequence[str], organizations: Sequence[str] | None, audience: str, viewer: str, version: str
) -> Scope:
    return Scope(
        cycles=tuple(cycles),
        organizations=None if organizations is None else tuple(organizations),
        audience=audience,
        viewer=viewer,
        data_version=version,
    )
