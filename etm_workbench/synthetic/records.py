"""A cycle's records: positions and answers as the questionnaire holds them, with what is left blank.

Sections are not started, half finished or completed; answers of an unfinished section are partly blank.
Second-language results come from the register and are never blank, and a placement without valid results
keeps its recorded reason, so that finished files pass the rules of intake.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from etm_workbench.codebook import Language
from etm_workbench.codebook.variables import Section
from etm_workbench.synthetic import draws
from etm_workbench.synthetic.draws import Codes, Dates, Flags
from etm_workbench.synthetic.names import plain
from etm_workbench.synthetic.people import LEVELS
from etm_workbench.synthetic.setting import Setting
from etm_workbench.synthetic.texts import Texts

_SECTIONS = ("register", "executive", "manager")
_COMPLETED = "COMPLETED"
_NEVER_BLANK = ("placement", "sle_override_reason")
_NEVER = np.datetime64("NaT", "D")


def build_records(rng: np.random.Generator, cadre: pd.DataFrame, *, at: Setting, texts: Texts) -> pd.DataFrame:
    """Records of a cycle: one row a person, every variable of the register and the questionnaire.

    `cadre` has people, positions and full answers, indexed by the person's number. Columns are in the
    codebook's order; coded variables hold codes, multiple answers tuples, dates `datetime64`, blanks None.
    """
    frame = cadre.assign(
        email=_emails(rng, cadre, at=at),
        position_title=_position_titles(cadre, at=at, texts=texts),
        supervisor_id=_supervisors(rng, cadre),
        preferred_organizations=_preferred(rng, cadre, at=at),
        career_objective=_free_text(rng, cadre, at=at, options=_both(texts, "objectives")),
        manager_comments=_free_text(rng, cadre, at=at, options=_both(texts, "comments")),
        sle_override_reason=_reasons(rng, cadre, texts=texts),
    )
    frame = _with_status(rng, frame, at=at)
    for section in ("executive", "manager"):
        frame = _with_blanks(rng, frame, section, at=at)
    frame.loc[frame["placement"].isna(), "sle_override_reason"] = None
    names = [v.name for v in at.codebook.variables.values() if v.section in _SECTIONS]
    return frame.sort_values(["organization", "person_id"])[names]


def export_language(organization: str, at: Setting) -> Language:
    """The language an organization's files come in."""
    return "fr" if organization in at.parameters["french_exports"] else "en"


def _emails(rng: np.random.Generator, cadre: pd.DataFrame, *, at: Setting) -> Codes:
    columns = ("given_name", "family_name", "person_id", "organization")
    emails = np.array(
        [
            f"{plain(given)}.{plain(family)}.{account[-4:]}@org-{organization.lower()}.example"
            for given, family, account, organization in zip(*(cadre[name] for name in columns), strict=True)
        ],
        dtype=object,
    )
    return draws.only_where(rng.random(len(cadre)) >= at.parameters.number("email_blank_share"), emails)


def _position_titles(cadre: pd.DataFrame, *, at: Setting, texts: Texts) -> Codes:
    columns = ("level", "branch", "organization", "sex")
    keys = list(zip(*(cadre[name] for name in columns), strict=True))
    titles = {key: _position_title(*key, at=at, texts=texts) for key in set(keys)}
    return np.array([titles[key] for key in keys], dtype=object)


def _position_title(level: str, branch: str, organization: str, sex: str, *, at: Setting, texts: Texts) -> str:
    language = export_language(organization, at)
    title = texts.position_title(level, language, woman=sex == "F")
    return f"{title}, {at.codebook.label('branch', branch).in_language(language)}"


def _supervisors(rng: np.random.Generator, cadre: pd.DataFrame) -> Codes:
    """The account of somebody at the next level that the organization has; None at its top."""
    supervisors = pd.Series(None, index=cadre.index, dtype=object)
    for _, members in cadre.groupby("organization", sort=True):
        above: Codes | None = None
        for level in reversed(LEVELS):
            here = members.index[members["level"] == level]
            if above is not None:
                supervisors.loc[here] = rng.choice(above, size=len(here))
            if len(here):
                above = members.loc[here, "person_id"].to_numpy(dtype=object)
    return supervisors.to_numpy(dtype=object)


def _preferred(rng: np.random.Generator, cadre: pd.DataFrame, *, at: Setting) -> Codes:
    """Acronyms of one or two organizations, of those willing to change organization."""

    def acronym(organization: str) -> str:
        return at.codebook.organizations[organization].acronym_en

    acronyms = np.array([name for name in map(acronym, at.codebook.codes("organization")) if name], dtype=object)
    first, second = (rng.choice(acronyms, size=len(cadre)) for _ in range(2))
    one = rng.random(len(cadre)) >= at.parameters.number("second_preference_share")
    willing = np.array(["OTHER_ORGANIZATION" in (answer or ()) for answer in cadre["mobility"]], dtype=bool)
    return draws.only_where(willing, np.where(one, first, first + "; " + second))


def _both(texts: Texts, table: str) -> dict[str, Codes]:
    return {"EN": texts.options(table, "en"), "FR": texts.options(table, "fr")}


def _free_text(rng: np.random.Generator, cadre: pd.DataFrame, *, at: Setting, options: dict[str, Codes]) -> Codes:
    written = _written(rng, cadre, options=options)
    return draws.only_where(rng.random(len(cadre)) < at.parameters.number("comment_share"), written)


def _reasons(rng: np.random.Generator, cadre: pd.DataFrame, *, texts: Texts) -> Codes:
    return draws.only_where(
        cadre["is_override"].to_numpy(dtype=bool), _written(rng, cadre, options=_both(texts, "overrides"))
    )


def _written(rng: np.random.Generator, cadre: pd.DataFrame, *, options: dict[str, Codes]) -> Codes:
    """One text a person in the person's first official language."""
    french = (cadre["first_official_language"] == "FR").to_numpy()
    which = rng.integers(0, len(options["EN"]), size=len(cadre))
    return np.where(french, options["FR"][which], options["EN"][which])


def _with_status(rng: np.random.Generator, frame: pd.DataFrame, *, at: Setting) -> pd.DataFrame:
    count = len(frame)
    required = np.isin(frame["level"].to_numpy(dtype=object), at.cycle.submit_levels)
    status = {
        section: draws.codes_by(
            rng,
            np.where(required, f"{section}_required", f"{section}_voluntary").astype(object),
            at.parameters["section_shares"],
        )
        for section in ("executive", "manager")
    }
    days = at.parameters["section_days"]
    span = int((at.final_on - at.opens_on).astype(int))
    opens = np.full(count, at.opens_on)
    executive_on = draws.days_after(opens, rng.integers(1, span - days["before_review"], size=count))
    manager_on = draws.days_after(executive_on, rng.integers(1, days["manager_after"], size=count))
    feedback_on = draws.days_after(np.full(count, at.final_on), rng.integers(1, days["feedback_after"], size=count))
    assessed = status["manager"] == _COMPLETED
    told = assessed & (rng.random(count) < at.parameters.number("feedback_given_share"))
    return frame.assign(
        executive_status=status["executive"],
        manager_status=status["manager"],
        executive_completed_on=_when(status["executive"] == _COMPLETED, executive_on),
        manager_completed_on=_when(assessed, manager_on),
        feedback_given_on=_when(told, feedback_on),
    )


def _with_blanks(rng: np.random.Generator, frame: pd.DataFrame, section: Section, *, at: Setting) -> pd.DataFrame:
    share = frame[f"{section}_status"].map(
        {
            "NOT_STARTED": 1.0,
            "IN_PROGRESS": at.parameters.number("half_finished_blank_share"),
            _COMPLETED: at.parameters.number("blank_share"),
        }
    )
    chance, finished = share.to_numpy(dtype=np.float64), (frame[f"{section}_status"] == _COMPLETED).to_numpy()
    columns: dict[str, Any] = {}
    for name in _answers(section, at=at):
        blank = rng.random(len(frame)) < chance
        if name in _NEVER_BLANK:
            blank &= ~finished
        columns[name] = draws.only_where(~blank, frame[name].to_numpy(dtype=object))
    if section == "manager":
        columns["sle_override_reason"] = frame["sle_override_reason"]
    return frame.assign(**columns)


def _answers(section: Section, *, at: Setting) -> list[str]:
    """Coded and free-text answers of a section; results of tests, states and dates are not answers."""
    return [
        variable.name
        for variable in at.codebook.variables.values()
        if variable.section == section
        and variable.type != "date"
        and not variable.name.startswith("sle_")
        and not variable.name.endswith("_status")
    ]


def _when(flags: Flags, dates: Dates) -> Dates:
    return np.where(flags, dates, _NEVER)
