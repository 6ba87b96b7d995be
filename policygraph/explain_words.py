"""The words of explanations: Chinese and English."""

from typing import Final

EXPLAIN_WORDS: Final[dict[str, tuple[str, str]]] = {
    "explain_of": ("关联解释：{source} → {target}", "Why {source} is linked to {target}"),
    "explain_local": ("本地", "local"),
    "explain_upper": ("上级", "upper"),
    "explain_id": ("编号", "id"),
    "explain_place": ("出处", "place"),
    "explain_sentence": ("所在整句", "its sentence"),
    "explain_link": ("关联", "link"),
    "explain_adviser": ("顾问理由", "adviser"),
    "explain_run": ("批次", "run"),
    "explain_who": ("{method}，{state}", "{method}, {state}"),
    "explain_rank": ("第 {rank}", "rank {rank}"),
    "explain_shares": ("各特征的贡献（对数几率）", "What each feature added (log-odds)"),
    "explain_strongest": ("取自最强的举措 {measure}", "of the strongest measure, {measure}"),
    "explain_no_shares": (
        "这条关联没有记录各特征的贡献。",
        "This link does not say what each feature added.",
    ),
    "explain_share": ("贡献", "share"),
    "explain_sum": ("合计", "sum"),
    "explain_choice": (
        "概率：这项任务 {score:.1%}，其他任务 {others:.1%}，不落实任何任务 {none:.1%}",
        "Probability: this task {score:.1%}, other tasks {others:.1%}, none of the tasks {none:.1%}",
    ),
    "explain_advice": (
        "顾问意见 {share:+.2f}：概率由 {before:.1%} 变为 {score:.1%}",
        "Adviser {share:+.2f}: the probability goes from {before:.1%} to {score:.1%}",
    ),
    "task.adviser": ("顾问意见", "an adviser's opinion"),
    "explain_calibration": (
        "校准：{slope:.3g} × {log_odds:.2f} {intercept:+.3g} = {calibrated:.2f}，即概率 {score:.1%}",
        "Calibrated: {slope:.3g} × {log_odds:.2f} {intercept:+.3g} = {calibrated:.2f}, a probability of {score:.1%}",
    ),
    "explain_probability": ("概率 {score:.1%}", "Probability {score:.1%}"),
    "explain_limits": (
        "界线：已覆盖 {covered:.2f}，部分覆盖 {partial:.2f}，落实 {implements:.2f}",
        "Thresholds: covered {covered:.2f}, partly {partial:.2f}, implements {implements:.2f}",
    ),
    "explain_carriers": (
        "支撑这条关联的举措及其最接近的上级举措",
        "Measures that carry it, and what they resemble",
    ),
    "explain_nearest": ("该任务中最接近的上级举措", "The task's measures that it resembles"),
    "explain_others": ("在该上级计划中的其他关联", "What else it is linked to in that plan"),
    "explain_figures": ("同一指标的数值", "Figures of the same indicator"),
    "explain_verdict": ("对比", "comparison"),
    "rank": ("排位", "rank"),
    "proposed": ("待定", "proposed"),
    "accepted": ("已确认", "accepted"),
    "rejected": ("已否决", "rejected"),
    "machine": ("机器", "machine"),
    "human": ("人工", "human"),
    "both": ("机器与人工", "machine and human"),
    "meets": ("达到", "meets it"),
    "below": ("未达到", "falls short of it"),
    "part": ("占上级的 {share:.1%}", "{share:.1%} of it"),
    "by_base": ("比较基数不同", "another base"),
    "by_direction": ("未说明以高为好还是以低为好", "the text does not say which way is better"),
    "by_each": ("一为总数，一为每处", "one is a total, the other for each"),
}
