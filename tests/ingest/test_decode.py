"""Bytes to text: every encoding that is read, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import InputError
from ingest.decode import decode, read_bytes

QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLAN = "岚市2030年水务重点工作\n一、修好水渠\n疏通沟渠30公里。\n"
# A text as short as one character can be valid in two encodings; these words are not.
OPENING = "岚市水务重点工作："
CHINESE = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("，。；\n\t 1aZ（）“”")
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_each_encoding_is_read_and_named(encoding: str) -> None:
    assert decode(PLAN.encode(encoding), "plan.txt") == (PLAN, encoding)


@pytest.mark.parametrize(("codec", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_utf_16_is_read_in_either_byte_order(codec: str, mark: bytes) -> None:
    assert decode(mark + PLAN.encode(codec), "plan.txt") == (PLAN, "utf-16")


@pytest.mark.parametrize("encoding", ["gbk", "gb2312"])
def test_the_subsets_of_gb18030_are_read_as_gb18030(encoding: str) -> None:
    assert decode(PLAN.encode(encoding), "plan.txt") == (PLAN, "gb18030")


def test_a_text_of_ascii_alone_is_utf_8() -> None:
    assert decode(b"[[plan]]\r\n", "plans.toml") == ("[[plan]]\r\n", "utf-8")


@pytest.mark.parametrize("character", ["\t", "\n", "\r", "\f"])
def test_white_space_characters_are_text(character: str) -> None:
    text = f"修渠{character}筑坝"
    assert decode(text.encode(), "plan.txt") == (text, "utf-8")


@pytest.mark.parametrize("byte", [0x00, 0x01, 0x08, 0x0E, 0x1B, 0x1F])
def test_a_control_byte_makes_a_file_binary(byte: int) -> None:
    with pytest.raises(InputError, match="binary file") as raised:
        decode(PLAN.encode() + bytes([byte]), "plan.txt")
    assert raised.value.where == "plan.txt"
    assert raised.value.remedy


def test_bytes_in_no_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(InputError, match="line 3 are neither UTF-8 nor GB18030") as raised:
        decode("一、修渠\n二、筑坝\n".encode("gb18030") + b"\xff\xff", "plan.txt")
    assert raised.value.where == "plan.txt"


def test_half_a_character_of_utf_16_is_refused() -> None:
    with pytest.raises(InputError):
        decode(PLAN.encode("utf-16") + b"\x4e", "plan.txt")


@QUICK
@given(CHINESE, st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
def test_any_chinese_text_is_read_back_from_each_encoding(text: str, encoding: str) -> None:
    assert decode((OPENING + text).encode(encoding), "plan.txt") == (OPENING + text, encoding)


@QUICK
@given(ANY_TEXT, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
def test_any_character_is_read_back_from_each_encoding(text: str, encoding: str) -> None:
    assert decode((OPENING + text).encode(encoding), "plan.txt")[0] == OPENING + text


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_bad_input(data: bytes) -> None:
    try:
        text, encoding = decode(data, "plan.txt")
    except InputError:
        return
    assert data.decode(encoding) == text


def test_the_bytes_of_a_file_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(b"a\r\nb\n")
    assert read_bytes(path) == b"a\r\nb\n"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist") as raised:
        read_bytes(tmp_path / "plan.txt")
    assert raised.value.where == str(tmp_path / "plan.txt")


def test_a_folder_is_no_plan(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is a folder"):
        read_bytes(tmp_path)


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n"])
def test_a_file_without_a_character_is_empty(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match="the file is empty"):
        read_bytes(path)


def test_a_file_that_the_system_refuses_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.symlink_to(path)
    with pytest.raises(InputError, match="cannot be read") as raised:
        read_bytes(path)
    assert raised.value.where == str(path)


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_utf_32_with_a_mark_is_read(encoding: str) -> None:
    assert decode("\ufeff修渠引水".encode(encoding), "plan.txt")[0].lstrip("\ufeff") == "修渠引水"
