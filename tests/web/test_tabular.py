"""A table is read as people save it: other encodings, other separators; what is no table is refused with its line."""

from __future__ import annotations

import pytest

from web.tabular import BadTable, quoted, read, unquoted, written

LINES = "name,email\nMüller,m@example.org\n"
CHINESE = "姓名,邮箱\n朱镕基,z@example.org\n"


@pytest.mark.parametrize(
    "content",
    [
        LINES.encode(),
        LINES.encode("utf-8-sig"),
        LINES.encode("cp1252"),
        LINES.encode("utf-16"),
        b"\xfe\xff" + LINES.encode("utf-16-be"),
        LINES.replace(",", ";").encode(),
        LINES.replace(",", "\t").encode(),
        LINES.replace("\n", "\r\n").encode(),
        LINES.replace("\n", "\r").encode(),
        b"sep=;\r\n" + LINES.replace(",", ";").encode(),
        b"\n,,\n" + LINES.encode() + b" , \n",
        b'"name" , "email"\nM\xc3\xbcller,m@example.org'.replace(b" ", b""),
    ],
)
def test_any_usual_encoding_and_separator_gives_the_same_table(content):
    table = read(content)
    assert table.head.cells == ("name", "email")
    assert [row.cells for row in table.rows] == [("Müller", "m@example.org")]


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "gbk", "utf-16"])
def test_chinese_names_are_read_in_each_encoding_that_excel_writes(codec):
    assert read(CHINESE.encode(codec)).rows[0].cells == ("朱镕基", "z@example.org")


def test_a_row_knows_its_line_also_after_a_cell_of_several_lines():
    table = read(b'sep=,\nname,why\n\nAda,"one\ntwo"\nBen,three\n')
    assert [(row.line, row[0]) for row in table.rows] == [(4, "Ada"), (6, "Ben")]
    assert table.rows[0][7] == ""


def test_a_column_is_found_by_its_name_in_large_or_small_letters():
    table = read(b"E-Mail,Name\n")
    assert table.column("email", "e-mail") == 0
    assert table.column("group") is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n , \n", "empty"),
        (b"PK\x03\x04xlsx", "Save it as CSV"),
        (b"a,b\n\0\0", "no text file"),
        (b'a,b\n1,2\n"1,2\n', "Line 3"),
        (b"a" * 2_000_001, "larger than 2 MB"),
        (b"a\n" * 20_002, "more than 20000 rows"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content, words):
    with pytest.raises(BadTable, match=words) as refused:
        read(content)
    assert refused.value.text.zh


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "\uff1dcmd", "\u3000=1"])
def test_what_a_spreadsheet_would_calculate_is_marked_as_text_and_read_as_it_was(text):
    assert quoted(text) == f"'{text}"
    assert unquoted(quoted(text)) == text
    assert quoted("Ada") == unquoted("Ada") == "Ada"
    assert unquoted("'Tis") == "'Tis"


def test_what_is_written_is_read_again():
    rows = [["name", "points"], [quoted('=HYPERLINK("x")'), "7.5"], ['O"Neil, Jr', ""]]
    table = read(written(rows))
    assert [row.cells for row in table.rows] == [('=HYPERLINK("x")', "7.5"), ('O"Neil, Jr', "")]
