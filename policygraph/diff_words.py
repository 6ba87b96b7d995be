"""The words of comparisons of versions: Chinese and English."""

from typing import Final

DIFF_WORDS: Final[dict[str, tuple[str, str]]] = {
    "diff_of": ("{before} → {after}", "{before} → {after}"),
    "diff_added": ("新增", "added"),
    "diff_removed": ("删除", "removed"),
    "diff_changed": ("修改", "changed"),
    "diff_moved": ("移动", "moved"),
    "diff_unchanged": ("未变", "unchanged"),
    "diff_changed_moved": ("修改并移动", "changed and moved"),
    "diff_before": ("修改前", "before"),
    "diff_after": ("修改后", "after"),
    "diff_what": ("变化", "what"),
    "diff_items": ("任务与举措", "Tasks and measures"),
    "diff_figures": ("量化指标", "Figures"),
    "diff_task": ("任务", "tasks"),
    "diff_measure": ("举措", "measures"),
    "diff_figure": ("指标", "figures"),
    "diff_coverage": ("对 {upper} 的覆盖", "Coverage of {upper}"),
    "diff_coverage_years": (
        "覆盖（前对 {before}，后对 {after}；上级计划不同，只列数量）",
        "Coverage (before: {before}, after: {after}; these are different plans, so there are counts only)",
    ),
    "diff_not_linked": ("未关联", "not linked"),
    "diff_not_asked": ("未要求", "not asked"),
    "diff_same": ("任务、举措、指标均无变化。", "No task, measure or figure differs."),
    "versions": ("版本", "Versions"),
    "version": ("版本", "version"),
    "archived": ("存档时间", "archived"),
    "source": ("文件", "file"),
    "version_current": ("现行", "current"),
}
