"""Questions and answers: every question is one ``*.cypher`` file here, described by its own front matter.

:mod:`queries.registry` reads the files; the service, the command line, the docs and the tests all take them from
there. :mod:`queries.answers` turns rows into answers where a status has to be decided.

The Cypher is the subset that both stores understand: two MATCH clauses instead of a comma, ``EXISTS { MATCH … }``,
ORDER BY last, no list index, no ``id()``, bounded paths only; ``end`` is always written in backticks.
"""

from queries.registry import Column, Parameter, Query, all_queries, get, run

__all__ = ["Column", "Parameter", "Query", "all_queries", "get", "run"]
