"""How links are decided, on texts without a store."""

from embeddings.char_ngrams import CharNgramEncoder
from embeddings.encoder import Thresholds
from embeddings.linker import Links, MeasureText, confidence, decide

HOUSING, GREEN = "n.1", "n.2"


def upper() -> list[MeasureText]:
    return [
        MeasureText("n.1#0", HOUSING, "健全住房保障体系", "健全住房保障体系", (), True),
        MeasureText(
            "n.1#1",
            HOUSING,
            "筹集保障性租赁住房100万套",
            "筹集保障性租赁住房100万套",
            ("健全住房保障体系",),
            False,
        ),
        MeasureText("n.2#0", GREEN, "推动城乡绿色发展", "推动城乡绿色发展", (), True),
        MeasureText("n.2#1", GREEN, "深化生活垃圾分类", "深化生活垃圾分类", ("推动城乡绿色发展",), False),
    ]


def measure(id_: str, text: str, *headings: str, task: str = "p.1", heading: bool = False) -> MeasureText:
    return MeasureText(id_, task, text, text, headings, heading)


def link(*local: MeasureText, **changed: float) -> Links:
    encoder = CharNgramEncoder()
    return decide(local, upper(), encoder, encoder.thresholds.changed(changed))


def test_a_measure_implements_the_task_that_it_is_about() -> None:
    links = link(measure("p.1#1", "建设保障性租赁住房3万套"), measure("p.1#2", "实现垃圾分类全覆盖"))
    assert {(d.source, d.target) for d in links.measures} == {("p.1#1", HOUSING), ("p.1#2", GREEN)}
    assert all(d.rank == 1 for d in links.measures)


def test_work_of_another_kind_stays_free() -> None:
    links = link(measure("p.1#1", "举办龙舟赛和美食节"), measure("p.1#2", "做好群众工作"))
    assert links == Links((), (), ())


def test_the_heading_above_decides_where_the_words_do_not() -> None:
    free = link(measure("p.1#1", "加强统筹调度"))
    under = link(measure("p.1#1", "加强统筹调度", "完善住房保障体系"))
    assert free.measures == ()
    assert [d.target for d in under.measures] == [HOUSING]


def test_evidence_names_the_upper_measure_and_never_a_heading() -> None:
    links = link(measure("p.1#1", "建设保障性租赁住房3万套"))
    assert [(e.source, e.target, e.rank) for e in links.evidence] == [("p.1#1", "n.1#1", 1)]


def test_tasks_take_the_links_of_their_own_measures() -> None:
    links = link(
        measure("p.1#0", "增加保障性住房供给", heading=True),
        measure("p.1#1", "建设保障性租赁住房3万套"),
        measure("p.1#2", "开展龙舟赛"),
        measure("p.2#1", "开展龙舟赛", task="p.2"),
    )
    assert [(d.source, d.target, d.rank, d.support) for d in links.tasks] == [("p.1", HOUSING, 1, 2)]


def test_one_measure_in_many_does_not_carry_its_task() -> None:
    free = [
        measure(f"p.1#{i}", text)
        for i, text in enumerate(["开展龙舟赛", "举办灯会", "评选美食", "征集对联"], start=2)
    ]
    links = link(measure("p.1#1", "建设保障性租赁住房3万套"), *free)
    assert len(links.measures) == 1
    assert links.tasks == ()


def test_thresholds_cut() -> None:
    local = measure("p.1#1", "建设保障性租赁住房3万套")
    assert link(local, implements=0.99).measures == ()
    both = measure("p.1#1", "筹集保障性租赁住房，深化生活垃圾分类")
    assert {d.target for d in link(both, relative=0.5).measures} == {HOUSING, GREEN}
    assert len(link(both, relative=0.5, most=1).measures) == 1


def test_nothing_to_link_is_no_error() -> None:
    encoder = CharNgramEncoder()
    empty = Links((), (), ())
    assert decide([], upper(), encoder, encoder.thresholds) == empty
    assert decide([measure("p.1#1", "甲乙丙")], [], encoder, encoder.thresholds) == empty


def test_confidence_is_half_at_the_threshold_and_grows() -> None:
    assert confidence(0.1, 0.1) == 0.5
    assert confidence(0.0, 0.1) == 0.0
    assert confidence(0.2, 0.1) > confidence(0.15, 0.1) > 0.5


def test_defaults_are_consistent() -> None:
    limits = Thresholds(implements=0.1, relative=0.9, covered=0.3, partial=0.2)
    assert abs(limits.clause + limits.statement + limits.headings - 1) < 1e-9
