"""Which of ours the labelled statements and measures are: on invented words."""

from hypothesis import given
from hypothesis import strategies as st

from policygraph.alignment import align, overlap, same_measures
from policygraph.labels import Statement, plain

DAM, DYKE, WELLS, SCHOOL = "修建石门水库", "加固沿江堤防", "打深井30眼", "开办水文夜校"


def statement(*parts: str) -> Statement:
    printed = "，".join(parts) + "。"
    return Statement(plain(printed), (), printed)


def held(gold: list[Statement], measures: list[str]) -> list[list[int]]:
    return align(gold, [{"text": text} for text in measures])


def test_measures_belong_to_the_statement_that_holds_their_words() -> None:
    gold = [statement(DAM, DYKE), statement(WELLS)]
    assert held(gold, [DAM, DYKE, WELLS]) == [[0, 1], [2]]


def test_punctuation_and_numbers_of_items_do_not_matter() -> None:
    assert held([statement("修建“石门”水库", DYKE)], ["修建石门水库", "加固 沿江堤防；"]) == [[0, 1]]


def test_what_no_statement_holds_is_passed_over() -> None:
    gold = [statement(DAM), statement(WELLS)]
    assert held(gold, [SCHOOL, DAM, DYKE, WELLS]) == [[1], [3]]


def test_a_statement_that_was_not_read_holds_nothing_and_the_next_ones_are_found() -> None:
    gold = [statement(DAM), statement("架设渡槽"), statement(WELLS)]
    assert held(gold, [DAM, WELLS]) == [[0], [], [1]]
    assert held(gold, []) == [[], [], []]


def test_statements_with_the_same_words_hold_the_measures_in_order() -> None:
    gold = [statement(DAM), statement(WELLS), statement(DAM)]
    assert held(gold, [DAM, WELLS, DAM]) == [[0], [1], [2]]


def test_words_that_stand_again_later_draw_no_statement_past_the_others() -> None:
    gold = [statement(SCHOOL), statement(DAM, DYKE), statement(WELLS), statement(SCHOOL)]
    assert held(gold, [DAM, DYKE, WELLS, SCHOOL]) == [[], [0, 1], [2], [3]]
    assert held(gold, [SCHOOL, DAM, DYKE, WELLS]) == [[0], [1, 2], [3], []]
    assert held([statement(DAM), statement(SCHOOL), statement(DAM)], [DAM]) == [[0], [], []]
    assert held([statement(DAM)], [DAM, SCHOOL, DAM]) == [[0]]


def test_a_measure_whose_words_a_statement_has_twice_is_held_twice_at_most() -> None:
    gold = [statement(DAM, DAM), statement(DAM)]
    assert held(gold, [DAM, DAM, DAM]) == [[0, 1], [2]]


def test_a_measure_without_words_belongs_nowhere() -> None:
    assert held([statement(DAM)], ["……", DAM]) == [[1]]


clauses = st.lists(st.text("山水林田湖草沙", min_size=3, max_size=6), min_size=1, max_size=3)


@given(st.lists(clauses, max_size=6))
def test_no_measure_belongs_to_two_statements(sentences: list[list[str]]) -> None:
    gold = [statement(*parts) for parts in sentences]
    measures = [part for parts in sentences for part in parts]
    found = [i for positions in held(gold, measures) for i in positions]
    assert len(found) == len(set(found))
    for one, positions in zip(gold, held(gold, measures), strict=True):
        assert positions == sorted(positions)
        assert all(measures[i] in one.text for i in positions)


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=4), max_size=8))
def test_different_measures_are_all_found_whatever_else_was_not_read(read: list[list[bool]]) -> None:
    number = 0
    gold: list[Statement] = []
    measures: list[str] = []
    wanted = []
    for parts in read:
        texts = [chr(0x4E00 + 2 * (number + i)) + chr(0x4E01 + 2 * (number + i)) for i in range(len(parts))]
        number += len(parts)
        gold.append(statement(*texts))
        kept = [text for text, there in zip(texts, parts, strict=True) if there]
        wanted.append(list(range(len(measures), len(measures) + len(kept))))
        measures += kept
    assert held(gold, measures) == wanted


def test_a_labelled_measure_that_is_cut_into_two_of_ours_has_both() -> None:
    labelled = {"1.1": ("01", f"{DAM}，{DYKE}"), "1.2": ("01", WELLS)}
    assert same_measures(labelled, [("01", DAM), ("01", DYKE), ("01", WELLS)]) == {"1.1": [0, 1], "1.2": [2]}


def test_two_labelled_measures_within_one_of_ours_both_have_it() -> None:
    labelled = {"1.1": ("01", DAM), "1.2": ("01", DYKE)}
    assert same_measures(labelled, [("01", WELLS), ("01", f"{DAM}，{DYKE}")]) == {"1.1": [1], "1.2": [1]}


def test_other_priorities_are_not_looked_at() -> None:
    labelled = {"1.1": ("01", DAM), "2.1": ("02", DAM)}
    assert same_measures(labelled, [("02", DAM), ("01", DAM)]) == {"1.1": [1], "2.1": [0]}


def test_a_measure_like_none_of_ours_has_the_most_alike_of_its_priority() -> None:
    labelled = {"1.1": ("01", "修建水库若干座并绿化库岸")}
    assert same_measures(labelled, [("01", WELLS), ("01", DAM), ("02", "修建水库若干座并绿化库岸")]) == {
        "1.1": [1]
    }
    assert same_measures({"3.1": ("03", DAM)}, [("01", DAM)]) == {"3.1": []}
    assert same_measures({}, [("01", DAM)]) == {}


def test_of_two_that_are_alike_the_first_is_taken() -> None:
    assert same_measures({"1.1": ("01", SCHOOL)}, [("01", WELLS), ("01", WELLS)]) == {"1.1": [0]}


def test_words_that_many_measures_share_do_not_join_different_ones() -> None:
    """Both of ours begin with the words that name the field; each goes to the one that it shares most with."""
    one, two = "开展水务领域信用评价", "开展水务领域普法宣传"
    labelled = {"1.1": ("01", one), "1.2": ("01", two)}
    assert overlap(one, two) > 0.5
    assert same_measures(labelled, [("01", two), ("01", one)]) == {"1.1": [1], "1.2": [0]}
    both = [("01", f"{two}周活动"), ("01", f"{one}试点")]
    assert same_measures(labelled, both) == {"1.1": [1], "1.2": [0]}


def test_overlap_is_the_share_of_the_shorter_text() -> None:
    assert overlap(DAM, f"{DAM}二期") == overlap(f"{DAM}二期", DAM) == 1
    assert overlap(DAM, SCHOOL) == 0
    assert overlap("修建水库", "修建水渠") == 2 / 3
    assert overlap("修", "修建") == overlap("", "") == 0
