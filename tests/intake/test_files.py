"""Files as they come: formats, encodings, damage, size."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import PatternFill
from questionnaire_files import COLUMNS, grid, headers, people, person, write_csv, write_xlsx

from etm_workbench.intake import load_rulebook, workbooks
from etm_workbench.intake.sheets import Refused
from etm_workbench.intake.workbooks import read_workbook
from etm_workbench.intake.worksheet_scan import without_empty_cells


def rules(checked):
    return {finding.rule for finding in checked.findings.entries}


def errors(checked):
    return {finding.rule for finding in checked.findings.entries if finding.severity == "error"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_encoding_and_separator_are_found(tmp_path, check, encoding, delimiter):
    rows = [person(1, readiness="Prêt maintenant"), person(2)]
    path = write_csv(tmp_path / "q.csv", grid(rows, "fr" if encoding == "cp1252" else "both"), delimiter=delimiter)
    text = path.read_text(encoding="utf-8").replace("\u2013", "-")
    path.write_bytes(text.encode(encoding))
    assert ["NOW", "Y1_2"] == list(check(path).file.records["readiness"])


def test_guessed_encoding_is_said(tmp_path, check):
    assert "encoding_guessed" in rules(check(write_csv(tmp_path / "q.csv", grid(people(1), "fr"), encoding="cp1252")))


def test_declared_separator_line_is_heeded(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", grid(people(2)), delimiter="|")
    path.write_text("sep=|\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert 2 == len(check(path).file.records)


def test_line_ends_of_old_programs_are_read(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", grid(people(3)))
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\r"))
    assert 3 == len(check(path).file.records)


def test_new_line_inside_quotation_marks_is_part_of_the_answer(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", grid([person(1, mobility="Another region\nAnother organization"), person(2)]))
    assert ("OTHER_ORGANIZATION", "OTHER_REGION") == check(path).file.records["mobility"].iloc[0]


def test_title_rows_and_blank_rows_are_passed_over(tmp_path, check):
    cells = [["Questionnaires 2025-26"], [], ["Protected B"], *grid(people(2)), [], []]
    account = check(write_xlsx(tmp_path / "q.xlsx", cells)).findings.account
    assert (2, 2) == (account.rows_above, account.people)


def test_content_decides_what_a_file_is_not_its_name(tmp_path, check):
    book = write_xlsx(tmp_path / "q.xlsx", grid(people(2)))
    assert check(book.rename(tmp_path / "really_a_workbook.csv")).file is not None
    text = write_csv(tmp_path / "q.csv", grid(people(2)))
    assert check(text.rename(tmp_path / "really_text.xlsx")).file is not None


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
REFUSED = {
    "older_excel": (OLE + "Workbook".encode("utf-16-le"), "file_format"),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), "file_protected"),
    "web_page": (b"\xef\xbb\xbf<html><table><tr><td>x</td></tr></table></html>", "file_format"),
    "pdf": (b"%PDF-1.7 ...", "file_format"),
    "zeros": (bytes(500), "file_unreadable"),
    "control_characters": (b"\x01\x02\x03" * 50 + b"person_id,level", "file_unreadable"),
    "empty": (b"", "header_missing"),
    "only_text": (b"nothing to see here\n", "header_missing"),
    "damaged_archive": (b"PK\x03\x04" + bytes(100), "file_unreadable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(tmp_path, check, name):
    content, rule = REFUSED[name]
    (tmp_path / "q.xlsx").write_bytes(content)
    assert {rule} == errors(check(tmp_path / "q.xlsx"))


def test_open_document_is_refused_with_advice(tmp_path, check):
    with zipfile.ZipFile(tmp_path / "q.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    assert {"file_format"} == errors(check(tmp_path / "q.ods"))


def test_truncated_workbook_is_refused(tmp_path, check):
    path = write_xlsx(tmp_path / "q.xlsx", grid(people(3)))
    path.write_bytes(path.read_bytes()[:-400])
    assert {"file_unreadable"} == errors(check(path))


def test_archive_that_unpacks_beyond_the_limit_is_refused_unread():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(7_000_000))
    rulebook = load_rulebook()
    rule = rulebook["file_too_large"]
    lower = rule.model_copy(update={"parameters": {**rule.parameters, "unpacked_megabytes": 5}})
    strict = rulebook.model_copy(update={"rules": {**rulebook.rules, "file_too_large": lower}})
    with pytest.raises(Refused, match="file_too_large"):
        read_workbook(content.getvalue(), strict)


def test_workbook_that_declares_entities_is_refused(tmp_path, check):
    source = write_xlsx(tmp_path / "q.xlsx", grid(people(1)))
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(tmp_path / "e.xlsx", "w") as written:
        for part in read.namelist():
            content = read.read(part)
            if part.endswith("sharedStrings.xml"):
                content = content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
            written.writestr(part, content)
    assert {"file_unreadable"} == errors(check(tmp_path / "e.xlsx"))


def test_row_number_beyond_the_last_possible_is_refused(tmp_path, check):
    source = write_xlsx(tmp_path / "q.xlsx", grid(people(1)))
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(tmp_path / "r.xlsx", "w") as written:
        for part in read.namelist():
            content = read.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(b'<row r="2"', b'<row r="99999999999"')
            written.writestr(part, content)
    assert {"file_unreadable"} == errors(check(tmp_path / "r.xlsx"))


def test_more_rows_than_an_organization_can_have_are_refused(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", [["person_id", "level"], *([f"T{n}", "EX-01"] for n in range(50_001))])
    assert {"file_too_large"} == errors(check(path))


def test_formatted_blank_rows_below_the_answers_are_not_parsed(tmp_path, check, monkeypatch):
    with xlsxwriter.Workbook(tmp_path / "q.xlsx", {"constant_memory": True}) as workbook:
        sheet, filled = workbook.add_worksheet(), workbook.add_format({"bg_color": "yellow"})
        cells = grid(people(2))
        for at, row in enumerate(cells):
            sheet.write_row(at, 0, [str(cell) if cell is not None else "" for cell in row])
        for at in range(len(cells), 30_000):
            for column in range(5):
                sheet.write_blank(at, column, None, filled)
    parsed = []
    original = openpyxl.worksheet._reader.WorkSheetParser.parse_row
    monkeypatch.setattr(
        openpyxl.worksheet._reader.WorkSheetParser,
        "parse_row",
        lambda self, row: parsed.append(1) or original(self, row),
    )
    account = check(tmp_path / "q.xlsx").findings.account
    assert (30_000, 29_997, 2) == (account.rows, account.rows_blank, account.people)
    assert len(parsed) < 100


def crowded(path, *, rows, columns):
    """Formatted blank rows between the header row and one person."""
    header, answers = grid([person(1)])
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet, filled = workbook.add_worksheet(), workbook.add_format({"bg_color": "yellow"})
        sheet.write_row(0, 0, header)
        for at in range(1, rows):
            for column in range(columns):
                sheet.write_blank(at, column, None, filled)
        for column, cell in enumerate(answers):
            if isinstance(cell, str):
                sheet.write_string(rows, column, cell)
            else:
                sheet.write_blank(rows, column, None, filled)
    return path


def test_formatted_blank_rows_between_answers_are_passed_over(tmp_path, check, monkeypatch):
    monkeypatch.setattr(workbooks, "_MANY_EMPTY_CELLS", 100)
    checked = check(crowded(tmp_path / "q.xlsx", rows=40, columns=45))
    plain = check(crowded(tmp_path / "p.xlsx", rows=40, columns=0))
    assert (41, 39, 1) == (
        checked.findings.account.rows,
        checked.findings.account.rows_blank,
        checked.findings.account.people,
    )
    assert checked.file.content_hash == plain.file.content_hash


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'<row r="1"><c r="A1" s="1"/></row>', b""),
        (b'<row r="1"><c r="A1" s="1"></c><c r="B1"/></row><row r="2"/>', b""),
        (b'<row r="1"><c r="A1" s="1"/><c r="B1"><v>7</v></c></row>', b'<row r="1"><c r="B1"><v>7</v></c></row>'),
        (b'<row><c s="1"/><c><v>7</v></c></row>', b'<row><c s="1"/><c><v>7</v></c></row>'),
        (b'<x:row r="1"><x:c r="A1"/></x:row>', b""),
        (b'<cols><col min="1"/></cols>', b'<cols><col min="1"/></cols>'),
    ],
)
def test_only_empty_cells_and_rows_with_a_place_are_left_out(before, after):
    assert after == b"".join(without_empty_cells(io.BytesIO(before)))


def test_blank_rows_between_answers_are_passed_over(tmp_path, check):
    cells = grid(people(3))
    path = write_csv(tmp_path / "q.csv", [*cells[:2], *([[""] * len(COLUMNS)] * 20_000), *cells[2:]])
    assert 20_000 == check(path).findings.account.rows_blank


def with_formula(tmp_path, *, saved):
    path = write_xlsx(tmp_path / "q.xlsx", grid(people(2)))
    workbook = openpyxl.load_workbook(path)
    workbook.active["C3"] = '=CONCATENATE("EX-","02")'
    workbook.save(path)
    if saved:
        content = {}
        with zipfile.ZipFile(path) as archive:
            content = {part: archive.read(part) for part in archive.namelist()}
        sheet = re.sub(rb"</f><v ?/>|</f><v></v>", b"</f><v>EX-02</v>", content["xl/worksheets/sheet1.xml"])
        content["xl/worksheets/sheet1.xml"] = re.sub(rb'<c r="C3"', b'<c r="C3" t="str"', sheet)
        with zipfile.ZipFile(path, "w") as archive:
            for part, written in content.items():
                archive.writestr(part, written)
    return path


def test_formula_gives_its_saved_result_with_a_warning(tmp_path, check):
    checked = check(with_formula(tmp_path, saved=True))
    assert [(1, (3,))] == [(f.count, f.rows) for f in checked.findings.of("formula_read")]
    assert ["EX-01", "EX-02"] == list(checked.file.records["level"])


def test_formula_without_a_saved_result_is_never_computed(tmp_path, check):
    checked = check(with_formula(tmp_path, saved=False))
    assert [(1, (3,))] == [(f.count, f.rows) for f in checked.findings.of("formula_without_result")]
    assert checked.file is None


def test_stray_control_character_in_text_is_dropped(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", grid([person(1, manager_comments="well\x07 done")]))
    assert ["well done"] == list(check(path).file.people["manager_comments"])


def test_text_that_looks_like_a_formula_is_text(tmp_path, check):
    comment = '=HYPERLINK("http://example.test","x")'
    checked = check(write_csv(tmp_path / "q.csv", grid([person(1, manager_comments=comment)])))
    assert list(checked.file.people["manager_comments"]) == [comment]


def test_hidden_rows_are_read_and_said(tmp_path, check):
    path = write_xlsx(tmp_path / "q.xlsx", grid(people(3)))
    workbook = openpyxl.load_workbook(path)
    workbook.active.row_dimensions[3].hidden = True
    workbook.save(path)
    checked = check(path)
    assert [(3,)] == [f.rows for f in checked.findings.of("rows_hidden")]
    assert 3 == len(checked.file.records)


def test_two_sheets_of_answers_are_refused(tmp_path, check):
    path = write_xlsx(tmp_path / "q.xlsx", grid(people(2)), grid([person(3)]))
    assert {"sheets_several"} == errors(check(path))


def test_sheet_with_a_list_of_codes_does_not_count(tmp_path, check):
    codes = [
        ["Variable", "English", "Français"],
        *([n, e, f] for n, e, f in zip(COLUMNS, headers("en"), headers("fr"), strict=True)),
    ]
    assert 2 == len(check(write_xlsx(tmp_path / "q.xlsx", codes, grid(people(2)))).file.records)


def test_hidden_sheet_of_answers_is_not_read_and_is_said(tmp_path, check):
    checked = check(write_xlsx(tmp_path / "q.xlsx", grid(people(2)), grid([person(3)]), hidden=(1,)))
    assert "sheet_hidden" in rules(checked)
    assert 2 == len(checked.file.records)


def test_dates_counted_from_1904_are_the_same_days(tmp_path, check):
    with xlsxwriter.Workbook(tmp_path / "q.xlsx", {"date_1904": True}) as workbook:
        sheet, day = workbook.add_worksheet(), workbook.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate(grid([person(1)])):
            for column, cell in enumerate(row):
                if hasattr(cell, "year"):
                    sheet.write_datetime(at, column, cell, day)
                elif cell is not None:
                    sheet.write(at, column, cell)
    assert "2025-06-20" == str(check(tmp_path / "q.xlsx").file.records["feedback_given_on"][0].date())


def test_row_with_too_many_cells_is_an_error(tmp_path, check):
    cells = grid(people(3))
    cells[2] = [*cells[2], "stray"]
    assert [(3,)] == [f.rows for f in check(write_csv(tmp_path / "q.csv", cells)).findings.of("row_ragged")]


def test_text_cut_in_its_last_row_is_an_error(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", grid(people(3)))
    path.write_bytes(path.read_bytes()[:-60])
    assert "file_cut_short" in errors(check(path))


def test_letter_cut_in_the_middle_does_not_change_the_encoding(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", grid([person(1), person(2, manager_comments="é")], "fr"))
    path.write_bytes(path.read_bytes()[:-3])
    assert {"encoding_guessed"} & rules(check(path)) == set()


def test_two_encodings_in_one_file_are_an_error(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", grid(people(5), "fr"))
    path.write_bytes(path.read_bytes() + "é".encode("cp1252"))
    path.write_bytes(path.read_bytes() + b",EX-01\r\n")
    assert {"encoding_mixed"} == errors(check(path))


def test_missing_quotation_mark_does_not_swallow_rows_in_silence(tmp_path, check):
    path = write_csv(tmp_path / "q.csv", grid(people(200)))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[3] = lines[3].replace("T-00003", '"T-00003')
    path.write_text("".join(lines), encoding="utf-8")
    assert check(path).file is None


def test_cells_merged_over_rows_leave_people_without_a_number(tmp_path, check):
    path = write_xlsx(tmp_path / "q.xlsx", grid(people(3)))
    workbook = openpyxl.load_workbook(path)
    workbook.active.merge_cells("A2:A3")
    workbook.active["A2"].fill = PatternFill("solid", fgColor="FFFF00")
    workbook.save(path)
    assert [(3,)] == [f.rows for f in check(path).findings.of("person_missing")]
