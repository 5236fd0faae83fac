"""Where the keys and values of a TOML text stand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symderiv.assignments.locate import Path, places

TEXTS = [
    "",
    "# only a comment",
    "a = 1\nb = 'two' # three = 'four'\n",
    'a.b = 1\na.\'c d\' = "x"\n[a."e.f"]\ng = 1979-05-27 07:32:00',
    "[[q]]\nn = 1\n[[q.p]]\nn = 2\n[[q.p]]\nn = 3\n[[q]]\n[[q.p]]\nn = 4\n[q.r]\nn = 5\n",
    'a = \'\'\'\none = 1\n[two]\n\'\'\'\nb = """\r\nthree = "quoted" """"\nc = \'\'',
    "a = [1, [2.5e3, true], # not ] the end\n  \"x, y]\", {b = 0x1F, c = '}'},\n]\nd = {}\ne = []",
    "  [ a . b ]  # header\n  c   =   -inf  # value\n",
]


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def assert_every_value_stands_where_it_is_said_to(text: str) -> None:
    found = places(text)
    for path, value in leaves(tomllib.loads(text)):
        place = found[path]
        there = text[place.value.start : place.value.end]
        assert (there if isinstance(value, str) else tomllib.loads(f"x = {there}")["x"]) == value
        key = next(name for name in reversed(path) if isinstance(name, str))
        assert text[place.key.start : place.key.end].rstrip("'\"").endswith(key)


@pytest.mark.parametrize("text", TEXTS)
def test_every_value_stands_where_it_is_said_to(text: str) -> None:
    assert_every_value_stands_where_it_is_said_to(text)


def test_a_header_is_where_its_table_stands() -> None:
    text = "[[q]]\n[[q.p]]\n[[q.p]]\n"
    found = places(text)
    second = found["q", 0, "p", 1]
    assert (second.value.start, text[second.value.start : second.value.end]) == (14, "[[q.p]]")
    assert text[second.key.start : second.key.end] == "q.p"


KEYS = st.from_regex(r"[a-z_][a-z0-9_-]{0,4}", fullmatch=True)
GAPS = st.sampled_from(["", " ", "\t "])
LINES = st.sampled_from(["\n", "\n\n", " # it's [no] = {value}\n", "\r\n"])
LITERALS = st.text(st.sampled_from('ab={}[]#,"\\ .é'), max_size=6)
SCALARS = st.one_of(
    LITERALS.map(lambda text: f"'{text}'"),
    LITERALS.map(lambda text: f"'''\n{text}\n'{text}'''"),
    st.sampled_from(["1", "-2.5", "true", "1979-05-27", "1_000", '"a # b"', '""']),
)


def collections(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arrays = st.builds(lambda items, gap, end: f"[{gap}{f',{end}'.join(items)}{end}]", st.lists(values, max_size=3), GAPS, LINES)
    pairs = st.dictionaries(KEYS, values, max_size=3)
    return arrays | st.builds(
        lambda items, gap: "{" + ", ".join(f"{k}{gap}={gap}{v}" for k, v in items.items()) + gap + "}", pairs, GAPS
    )


TABLES = st.dictionaries(KEYS, st.recursive(SCALARS, collections, max_leaves=6), max_size=4)


@st.composite
def documents(draw: st.DrawFn) -> str:
    text = ""
    for header in ["", *draw(st.lists(st.sampled_from(["[[Q]]", "[[Q.P]]", "[[ Q . P ]]"]), max_size=4))]:
        if "P" in header and "[[Q]]" not in text:
            text += "[[Q]]\n"
        text += header + draw(LINES)
        for key, value in draw(TABLES).items():
            text += f"{draw(GAPS)}{key}{draw(GAPS)}={draw(GAPS)}{value}{draw(LINES)}"
    return text


@given(documents())
def test_values_are_found_in_any_layout(text: str) -> None:
    assert_every_value_stands_where_it_is_said_to(text)
