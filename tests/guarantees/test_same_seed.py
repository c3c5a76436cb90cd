"""The same seed gives the same numbers: byte-equal tables, documents and pages."""

from __future__ import annotations

import pytest

from etm_workbench.reporting.demo import run_demo


@pytest.mark.long
def test_two_demonstrations_of_one_seed_are_equal_byte_for_byte(demonstration, tmp_path) -> None:
    again = tmp_path / "again"
    run_demo(again, seed=7, quick=True, say=lambda *_: None)
    folders = (demonstration / "pack", demonstration / "dashboard")
    names = sorted(p.relative_to(demonstration) for folder in folders for p in folder.rglob("*") if p.is_file())
    compared = [name for name in names if name.suffix != ".ipynb" and name.name != "pack.json"]
    differing = [str(name) for name in compared if (demonstration / name).read_bytes() != (again / name).read_bytes()]
    print(f"\n{len(compared)} files compared, {len(differing)} differ")  # noqa: T201  the proof's count
    assert [] == differing


def test_another_seed_gives_other_people(demonstration) -> None:
    from etm_workbench.synthetic import make_service

    names = [make_service(("2025-26",), seed=seed, organizations=("98",)).people for seed in (7, 8)]
    assert not names[0].equals(names[1])
