"""Measures that only the level that wrote them can carry out, told from their words.

A plan below that does not answer such a measure has no gap. The rules name what is plainly out of reach below; in
doubt a measure is everybody's: a gap that is none is seen and excused, one that is hidden is not.
"""

import re
from typing import Final

from graph.model import Reserved

_COUNTRIES: Final = "俄美日韩法德英欧非阿拉"
_RULES: Final[tuple[tuple[Reserved, re.Pattern[str]], ...]] = (
    (
        "international",
        re.compile(
            rf"双边|多边|谈判|部长级?(?:会议|对话|交流)|(?<![集其当空水城高初])中[{_COUNTRIES}外][^，。；]{{0,12}}(?:合作|对话|交流|磋商|协定|关系)|中国[-—－–]|东盟|联合国|金砖|上合组织|"
            r"国际(?:组织|公约|规则|条约)|国际[^，。；]{0,4}互认|履行?(?:国际)?公约|国际化对接|国际标准(?:制定|制修订)|对外谈判|"
            r"(?:政府间|区域间|国家间)(?:合作|交流|磋商)|国际(?:多|双)边"
        ),
    ),
    (
        "own_event",
        re.compile(
            r"(?:举办|办好|主办|承办|筹办|筹备|召开|开好)[^，。；]{0,12}"
            r"(?:世界|国际|全球|亚洲|全国|中国)[^，。；]{0,16}(?:日(?:活动)?|周|年会|大会|论坛|峰会|博览会|展览会|交易会|运动会|会议|活动)"
        ),
    ),
    (
        "own_office",
        re.compile(
            r"(?:(?<![全各内外])部|(?<![省市区县党])委|总局|署)(?:机关|(?:直属|属)(?:单位|机构|高校|院校))|我(?:部|委|总局|署)(?![分门])|各司局|部党组|国务院各部门"
        ),
    ),
    (
        "national_rules",
        re.compile(
            r"(?:起草|制定|制订|修订|修改|制修订|出台|颁布)[^，。；]{0,24}(?:《[^》]{2,24}法》|行政法规|部门规章|国家法律|强制性国家标准|国家标准)"
            r"|(?:《[^》]{2,24}法》|行政法规|部门规章|强制性国家标准|国家标准)[^，。；]{0,8}(?:起草|制定|制订|修订|修改|制修订|出台|颁布|立法)"
        ),
    ),
)


def reserved(text: str) -> Reserved:
    """Why only the level that wrote ``text`` can do it; empty where that is not plain."""
    return next((reason for reason, pattern in _RULES if pattern.search(text)), "")
