"""A process that reads, links and decides without end, until it is killed; it tells what was acknowledged."""

import random
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from embeddings import open_encoder
from graph import Store, open_store
from policygraph import jobs, reviews
from queries.answers import coverage
from queries.review import Filter, queue
from tests.plans import PROVINCE, write_plans

PLAN: Final = "x-jing-2030"
NATION: Final = "000000-2030"
EDITS: Final = (
    PROVINCE,
    PROVINCE.replace("恢复湿地2万亩", "恢复湿地3万亩"),
    PROVINCE.replace("一、夯实农村供水基础", "一、推进智慧水务\n1.建设水务数据平台。\n二、夯实农村供水基础"),
    PROVINCE.replace("，完善水质检测制度", ""),
)


def live(path: str, folder: str, seed: int, told: Connection) -> None:
    """Work on the graph at ``path``; before each act tell how many decisions it takes, behind it tell their ids."""
    choose = random.Random(seed)
    while True:
        with open_store(path) as store:
            for _ in range(choose.randint(1, 8)):
                if choose.random() < 0.2:
                    edit(store, Path(folder) / "plans", choose)
                else:
                    act(store, choose, told)


def edit(store: Store, folder: Path, choose: random.Random) -> None:
    """Another text of the province's plan, read and linked."""
    jobs.build(
        store, jobs.read(write_plans(folder, province=choose.choice(EDITS))), open_encoder("policy-zh")
    )


def act(store: Store, choose: random.Random, told: Connection) -> None:
    """One act of a reviewer."""
    items = queue(store, Filter(plan=PLAN, upper=NATION), "plan")
    item = choose.choice(items)
    match choose.randrange(5):
        case 0:
            upper = coverage(store, PLAN, NATION).tasks
            measure = choose.choice([m.target for t in upper for m in t.measures])
            told.send(1)
            made = [
                reviews.excuse(store, measure, "not_applicable", plan=PLAN, reviewer="周", note="另有安排")
            ]
        case 1:
            others = sorted({i.target for i in items if i.type == item.type} - {item.target})
            told.send(2)
            made = reviews.correct(store, item.source, item.target, to=choose.choice(others), reviewer="吴")
        case 2:
            wanted = Filter(plan=PLAN, upper=NATION, least=0.5)
            shown = reviews.preview(store, choose.choice(("accepted", "rejected")), wanted)
            told.send(len(shown.items))
            made = reviews.bulk(store, shown.verdict, wanted, reviewer="郑", token=shown.token)
        case 3:
            told.send(1)
            made = [reviews.reject(store, item.source, item.target, reviewer="周")]
        case _:
            told.send(1)
            made = [reviews.accept(store, item.source, item.target, reviewer="周")]
    told.send([d.id for d in made])
