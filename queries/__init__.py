"""Questions and answers: every question is one file here, described by its own front matter.

A ``*.cypher`` file is a statement; a ``*.toml`` file names the function that decides the rows where a status has to be
decided or a statistic made. :mod:`queries.registry` reads the files; the service, the command line, the docs and the tests
all take them from there. :mod:`queries.asking` asks them for people; :mod:`queries.answers` has the answers that are more than rows.

The Cypher is the subset that both stores understand: two MATCH clauses instead of a comma, ``EXISTS { MATCH … }``,
ORDER BY last, no list index, no ``id()``, bounded paths only; ``end`` is always written in backticks.
"""

from queries.registry import GROUPS, Column, Parameter, Query, all_queries, get, run

__all__ = ["GROUPS", "Column", "Parameter", "Query", "all_queries", "get", "run"]
