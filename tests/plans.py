"""Three small invented plans: a nation's, a province's and a city's, and a folder to build them from."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from graph.model import Measure, PlanDocument

MANIFEST: Final = """
[[plan]]
file = "nation.txt"
region = "000000"
level = "national"
year = 2030

[[plan]]
file = "province.txt"
region = "x-jing"
name = "靖省"
level = "province"
parent = "000000"
year = 2030

[[plan]]
file = "city.txt"
region = "x-lan"
name = "岚市"
level = "city"
parent = "x-jing"
year = 2030
"""

NATION: Final = """2030年全国水务重点工作
一、保障农村饮水安全
新建农村供水工程1200处，改造老旧水厂300座。推进城乡供水一体化，农村自来水普及率达到92%以上。
二、治理河湖生态
清理河道乱占乱建，恢复湿地面积50万亩。建立河湖健康档案，开展年度评价。
三、加强水务国际合作
举办国际水务论坛，推动技术标准互认。
"""

PROVINCE: Final = """靖省2030年水务工作要点
一、夯实农村供水基础
1.新建农村供水工程60处，改造老旧水厂12座，农村自来水普及率达到90%。
2.扩大城乡供水一体化覆盖面，完善水质检测制度。
二、建设幸福河湖
3.开展河道乱占乱建清理行动，恢复湿地2万亩。
4.建立省级河湖健康档案，每年公布评价结果。
三、发展渔业旅游
5.举办开渔节，培育休闲渔庄30家。
"""

CITY: Final = """岚市2030年水务工作要点
一、供水保障
（1）新建农村供水工程5处，改造老旧水厂2座。
（2）推进城乡供水一体化，铺设管网40公里。
二、河湖治理
（1）清理河道乱占乱建点位18处。
（2）开展河湖健康评价，公布评价结果。
"""


def write_plans(folder: Path, **changed: str) -> Path:
    """Write the three plans and their manifest into ``folder``; ``nation=…`` replaces a text."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"nation": NATION, "province": PROVINCE, "city": CITY} | changed
    manifest = texts.pop("manifest", MANIFEST)
    (folder / "plans.toml").write_text(manifest, encoding="utf-8")
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def placeless(document: PlanDocument) -> list[Measure]:
    """The measures without their places in the file, which differ between encodings and formats."""
    return [replace(m, page=None, line=None, first_byte=None, end_byte=None) for m in document.measures]
