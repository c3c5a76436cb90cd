"""A document as a Word file: pandoc from plain HTML, with our styles or a department's template.

Pandoc keeps header rows, alternative texts and the language. It takes no SVG without another program,
so charts are pictures at twice their size. Its output is dated and repacked here, so that the same
document gives the same bytes.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import uuid
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from etm_workbench.codebook.bilingual import Language
from etm_workbench.errors import BadDefinition, BadEnvironment
from etm_workbench.presentation import theme
from etm_workbench.presentation.charts.drawing import draw_png, draw_svg, size_of
from etm_workbench.presentation.document import Document
from etm_workbench.presentation.fitting import WORD, column_widths, fitted, roster_shares
from etm_workbench.presentation.html import environment, usual_names
from etm_workbench.presentation.locale import LANGUAGE_TAGS
from etm_workbench.presentation.package import dated, read_package, write_package
from etm_workbench.presentation.tables import Grid
from etm_workbench.presentation.view import ChartBlock, RosterBlock, View, view_of

_MOST_KEPT = 24  # rows of a table that stays on one page
_PIXELS, _PIXELS_HIGH = 640, 736  # of the text width, and of the highest chart
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PAGE = (
    '<w:headerReference w:type="default" r:id="rIdHeader"/><w:footerReference w:type="default" r:id="rIdFooter"/>'
    '<w:pgSz w:w="12240" w:h="15840"/>'
    '<w:pgMar w:top="1191" w:right="1191" w:bottom="1020" w:left="1191" w:header="624" w:footer="567" w:gutter="0"/>'
)
_FACES = (  # family, face, file
    (theme.BODY_FONT, "Regular", "NotoSans-Regular"),
    (theme.BODY_FONT, "Bold", "NotoSans-Bold"),
    (theme.HEADING_FONT, "Bold", "WorkbenchHeading-Bold"),
)
_MARKING = "MARKINGTEXT"  # stands in our header until a document says its own


def render_word(document: Document, language: Language, *, template: Path | None = None) -> bytes:
    """The document as a Word file in one language.

    Parameters
    ----------
    document : Document
        Any kind.
    language : {"en", "fr"}
        Of the file.
    template : Path, optional
        A department's reference document, whose styles, headers and page are kept; ours when not given.

    Returns
    -------
    bytes
        The same document and template give the same bytes.

    Raises
    ------
    BadDefinition
        The template has no page header for the document's marking to stand in.
    BadEnvironment
        Pandoc is missing.
    """
    view = view_of(document, language)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reference = template or folder / "reference.docx"
        if template is None:
            reference.write_bytes(reference_docx())
        made = _pandoc(_page(view, folder), view, reference, folder=folder)
    return _finished(made, view, document)


def _page(view: View, folder: Path) -> str:
    """The page pandoc reads; its charts lie as files beside it, since pandoc is slow with pictures in a page."""

    def picture(block: ChartBlock) -> str:
        path = folder / f"figure-{block.number}.png"
        path.write_bytes(draw_png(block.spec))
        return path.name

    drawn = {
        "fitted": lambda grid: fitted(grid, WORD),
        "column_shares": _column_shares,
        "roster_columns": _roster_columns,
        "picture": picture,
        "picture_width": _width,
    }
    page = environment().get_template("document_word.html.j2")
    return page.render(view=view, **drawn, **usual_names(view.language))


def _pandoc(page: str, view: View, reference: Path, *, folder: Path) -> bytes:
    return _run(
        "--from=html+native_divs",
        "--to=docx",
        "--output=-",
        f"--reference-doc={reference}",
        f"--resource-path={folder}",
        f"--metadata=lang={LANGUAGE_TAGS[view.language]}",
        f"--metadata=title={view.title}",
        f"--metadata=subtitle={view.subtitle}",
        page=page,
    )


def _run(*arguments: str, page: str = "") -> bytes:
    """What pandoc writes: called once itself, since pypandoc asks it three things before each conversion."""
    done = subprocess.run([_program(), *arguments], input=page.encode("utf-8"), capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise BadDefinition(
            f"Pandoc refused the document: {done.stderr.decode('utf-8', 'replace').strip()[:300]}",
            remedy="If a template was given, save it again as .docx from Word.",
        )
    return done.stdout


@cache
def _program() -> str:
    import pypandoc

    try:
        path: str = pypandoc.get_pandoc_path()
    except OSError as problem:
        raise BadEnvironment("Pandoc is missing.", remedy="Install pypandoc_binary, which carries it.") from problem
    return path


def _column_shares(grid: Grid) -> list[float]:
    """Widths of a table's columns in percent of the text width."""
    return [round(100 * width / WORD.width, 1) for width in column_widths(grid, WORD.sizes[0], WORD)]


def _roster_columns(block: RosterBlock) -> list[float]:
    """Widths of a roster's columns in percent of the text width."""
    rows = [row for _, group in block.groups for row in group]
    return [round(100 * share, 1) for share in roster_shares(block.group_headers, rows)]


def _width(block: ChartBlock) -> int:
    """Of a chart, in pixels: the text's, and no higher than leaves room for its heading and notes."""
    width, height = size_of(draw_svg(block.spec))
    return round(min(_PIXELS, width, _PIXELS_HIGH * width / height))


def _finished(made: bytes, view: View, document: Document) -> bytes:
    parts = read_package(made)
    _mark(parts, view)
    _keep_rows_whole(parts)
    parts["docProps/core.xml"] = dated(parts["docProps/core.xml"], document.provenance.made_on)
    return write_package(dict(sorted(parts.items(), key=lambda part: (part[0] != "[Content_Types].xml", part[0]))))


def _mark(parts: dict[str, bytes], view: View) -> None:
    """Put the marking into every page header: ours where it says so, a template's as its first paragraph."""
    headers = [name for name in parts if re.fullmatch(r"word/header\d*\.xml", name)]
    if view.marking and not headers:
        raise BadDefinition(
            f"The Word template has no page header, and '{view.title}' is to be marked on every page.",
            remedy="Add a header to the template.",
        )
    marking = escape(view.marking)
    own = _paragraph("<w:b/>", f"<w:t>{marking}</w:t>") if marking else ""
    for name in headers:
        header = parts[name].decode("utf-8")
        if _MARKING in header:
            header = header.replace(_MARKING, marking)
        else:
            header = re.sub(r"<w:hdr[^>]*>", lambda found: found[0] + own, header, count=1)
        parts[name] = header.encode("utf-8")


def _keep_rows_whole(parts: dict[str, bytes]) -> None:
    """A row of a table is not divided between two pages, and neither is a short table."""
    body = parts["word/document.xml"].decode("utf-8")
    body = re.sub(r"<w:tr>(?!\s*<w:trPr>)", "<w:tr><w:trPr><w:cantSplit/></w:trPr>", body)
    body = re.sub(r"<w:trPr>(?!<w:cantSplit)", "<w:trPr><w:cantSplit/>", body)
    body = re.sub(r"<w:tbl>.*?</w:tbl>", lambda found: _kept_together(found[0]), body, flags=re.DOTALL)
    parts["word/document.xml"] = body.encode("utf-8")


def _kept_together(table: str) -> str:
    """A short table with every row but its last kept with the next one, as Word asks to keep a table whole."""
    if table.count("<w:tr>") > _MOST_KEPT:
        return table
    before, start, last = table.rpartition("<w:tr>")
    kept = re.sub(r'<w:pStyle w:val="Compact"\s*/>', r"\g<0><w:keepNext/>", before)
    return kept + start + last


@cache
def reference_docx() -> bytes:
    """Pandoc's reference document with our styles, page, header and footer; departments may start from it."""
    parts = read_package(_run("--print-default-data-file=reference.docx"))
    parts["word/styles.xml"] = _restyled(parts["word/styles.xml"].decode("utf-8")).encode("utf-8")
    parts["word/header1.xml"] = _header().encode("utf-8")
    parts["word/footer1.xml"] = _footer().encode("utf-8")
    _insert(parts, "word/document.xml", "<w:sectPr>", _PAGE, after=True)
    for identifier, kind in (("rIdHeader", "header"), ("rIdFooter", "footer")):
        link = f'<Relationship Id="{identifier}" Type="{_OFFICE}/{kind}" Target="{kind}1.xml"/>'
        _insert(parts, "word/_rels/document.xml.rels", "</Relationships>", link)
        content = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        _insert(
            parts,
            "[Content_Types].xml",
            "</Types>",
            f'<Override PartName="/word/{kind}1.xml" ContentType="{content}"/>',
        )
    _embed_fonts(parts)
    return write_package(parts)


def _embed_fonts(parts: dict[str, bytes]) -> None:
    """Our fonts inside the file, obscured as the format asks (ISO/IEC 29500-1, 17.8.1)."""
    entries, links = [], []
    for place, (family, style, name) in enumerate(_FACES, start=1):
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:etm-workbench:{name}")
        data = bytearray((theme.FONTS / f"{name}.ttf").read_bytes())
        for at in range(32):
            data[at] ^= key.bytes[15 - at % 16]
        parts[f"word/fonts/font{place}.odttf"] = bytes(data)
        links.append(f'<Relationship Id="rIdFont{place}" Type="{_OFFICE}/font" Target="fonts/font{place}.odttf"/>')
        embedded = f'<w:embed{style} r:id="rIdFont{place}" w:fontKey="{{{str(key).upper()}}}"/>'
        entries.append(f'<w:font w:name="{family}">{embedded}</w:font>')
    parts["word/fontTable.xml"] = f"<w:fonts {_W} {_R}>{_joined(entries)}</w:fonts>".encode()
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    relations = f'<Relationships xmlns="{namespace}">{"".join(links)}</Relationships>'
    parts["word/_rels/fontTable.xml.rels"] = relations.encode()
    default = '<Default Extension="odttf" ContentType="application/vnd.openxmlformats-officedocument.obfuscatedFont"/>'
    _insert(parts, "[Content_Types].xml", "<Override", default)
    _insert(parts, "word/settings.xml", "<w:embedSystemFonts />", "<w:embedTrueTypeFonts/>")


def _joined(entries: list[str]) -> str:
    """Faces of one family in one element."""
    return "".join(entries).replace(f'</w:font><w:font w:name="{theme.BODY_FONT}">', "")


def _restyled(styles: str) -> str:
    names = {"ink": "text-primary", "quiet": "text-secondary", "deep": "bg-primary", "border": "border-default"}
    own = (
        environment()
        .get_template("word_styles.xml.j2")
        .render(
            body=theme.BODY_FONT,
            heading=theme.HEADING_FONT,
            accent=theme.accent(),
            **{name: theme.colour(token) for name, token in names.items()},
        )
    )
    for identifier in re.findall(r'w:styleId="([^"]+)"', own):
        styles = re.sub(rf'<w:style [^>]*w:styleId="{identifier}">.*?</w:style>', "", styles, flags=re.DOTALL)
    fonts = f'<w:rFonts w:ascii="{theme.BODY_FONT}" w:hAnsi="{theme.BODY_FONT}" w:cs="{theme.BODY_FONT}"/>'
    styles = re.sub(r"<w:rFonts [^>]*/>", fonts, styles)
    return styles.replace("</w:styles>", f"{own}</w:styles>")


def _header() -> str:
    return f"<w:hdr {_W} {_R}>{_paragraph('<w:b/>', f'<w:t>{_MARKING}</w:t>')}</w:hdr>"


def _footer() -> str:
    pages = f'{_field("PAGE")}<w:t xml:space="preserve"> / </w:t>{_field("NUMPAGES")}'
    return f"<w:ftr {_W} {_R}>{_paragraph('', pages, style='Footer')}</w:ftr>"


def _field(name: str) -> str:
    begin, end = '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>'
    return f"{begin}<w:instrText> {name} </w:instrText>{end}"


def _paragraph(look: str, run: str, *, style: str = "Header") -> str:
    looks = f'<w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="right"/></w:pPr>'
    return f"<w:p>{looks}<w:r><w:rPr>{look}</w:rPr>{run}</w:r></w:p>"


def _insert(parts: dict[str, bytes], name: str, at: str, text: str, *, after: bool = False) -> None:
    content = parts[name].decode("utf-8")
    changed = content.replace(at, at + text if after else text + at, 1)
    parts[name] = changed.encode("utf-8")
