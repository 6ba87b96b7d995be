"""The gate before free Cypher: what may run is parsed, everything else is refused.

The grammar below knows the reading part of Cypher and no more, so a clause, a function or a sign that it does not
know cannot pass. Precedence and types are left to the engines: they can only refuse more. What runs is
:attr:`Statement.text`, written anew from the tokens that were judged.
"""

from dataclasses import dataclass
from typing import Final, NoReturn

from graph.errors import QueryRefusedError
from queries.cypher_tokens import ALLOWED, Token, refused, tokens

MOST_NESTED: Final = 32


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS: Final = _words(
    """
    avg collect count max min percentilecont percentiledisc stdev stdevp sum
    coalesce elementid endnode head isempty keys labels last length nodes nullif properties range relationships
    reverse size startnode tail type valuetype
    toboolean tobooleanlist tobooleanornull tofloat tofloatlist tofloatornull tointeger tointegerlist
    tointegerornull tostring tostringlist tostringornull
    abs acos asin atan atan2 ceil cos cosh cot coth degrees e exp floor haversin isnan log log10 pi radians round sign
    sin sinh sqrt tan tanh
    btrim char_length character_length left lower ltrim normalize replace right rtrim split substring tolower
    toupper trim upper
    date date.truncate datetime datetime.fromepoch datetime.fromepochmillis datetime.truncate
    duration duration.between duration.indays duration.inmonths duration.inseconds
    localdatetime localdatetime.truncate localtime localtime.truncate time time.truncate
    point point.distance point.withinbbox vector.similarity.cosine vector.similarity.euclidean
    """
)
# Functions that bind a variable have a form of their own.
_PREDICATES: Final = frozenset({"ALL", "ANY", "NONE", "SINGLE"})
_SHORTEST: Final = frozenset({"SHORTESTPATH", "ALLSHORTESTPATHS"})

_WRITES: Final = "it writes to the graph, and this is for reading only"
_FILES: Final = "it reads files of the machine that runs the query"
_ADMINISTERS: Final = "it looks at or changes the server, not the graph"
_PLANS: Final = "plans of execution are not shown here"
_REASONS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "FOREACH", "INSERT", "DROP", "ADD"),
        _WRITES,
    ),
    "LOAD": _FILES,
    **dict.fromkeys(("EXPORT", "IMPORT", "COPY", "ATTACH", "FORMAT", "SAVE"), "it reads or writes files"),
    "YIELD": "it takes the output of a procedure, and procedures can do anything that the server can",
    "USE": "it leaves the graph that was opened for another one",
    **dict.fromkeys(
        ("SHOW", "ALTER", "GRANT", "DENY", "REVOKE", "RENAME", "START", "STOP", "TERMINATE", "ENABLE", "DEALLOCATE",
         "REALLOCATE", "DRYRUN"),
        _ADMINISTERS,
    ),
    **dict.fromkeys(("BEGIN", "COMMIT", "ROLLBACK"), "each statement runs in a transaction of its own"),
    **dict.fromkeys(("EXPLAIN", "PROFILE"), _PLANS),
    "CYPHER": "options of the engine are not taken",
    "FINISH": "it gives no rows; end with RETURN",
    "USING": "hints to the planner, and commits within a statement, are not taken",
    "FOR": "views of another time are not taken",
    "SEARCH": "index searches are not taken",
}  # fmt: skip
# Words that no variable may be called, so that none can be taken for the clause.
_RESERVED: Final = _words(
    """
    CREATE MERGE SET DELETE DETACH NODETACH REMOVE FOREACH INSERT DROP LOAD CSV YIELD USE SHOW ALTER GRANT DENY REVOKE
    CALL MATCH OPTIONAL WHERE WITH RETURN UNWIND UNION ORDER SKIP OFFSET LIMIT USING FINISH FORMAT SEARCH TERMINATE
    """
)
_CLAUSES: Final = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL"})
_COMPARISONS: Final = frozenset({"=", "<>", "<", ">", "<=", ">=", "=~", "+", "-", "*", "/", "%", "^", "||"})
_OPERATORS: Final = frozenset({"AND", "OR", "XOR", "IN", "CONTAINS"})
_TYPES: Final = _words(
    """
    ANY ARRAY BOOL BOOLEAN DATE DATETIME DURATION EDGE FLOAT FLOAT32 FLOAT64 INT INT8 INT16 INT32 INT64 INTEGER INTEGER8
    INTEGER16 INTEGER32 INTEGER64 LIST LOCAL MAP NODE NOTHING NULL PATH POINT PROPERTY RELATIONSHIP SIGNED STRING TIME
    TIMESTAMP TIMEZONE VALUE VARCHAR VERTEX WITH WITHOUT ZONE ZONED
    """
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that only reads.

    Attributes:
        text: what to run; comments are gone, strings and escapes are written in one way.
        parameters: names of the ``$parameters`` that it needs.
    """

    text: str
    parameters: frozenset[str]


def check(text: str) -> Statement:
    """The statement in ``text``, proved to be one that only reads the graph.

    Raises:
        QueryRefusedError: it is not; says which words, where, and why.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryRefusedError(
            "the statement holds half a character", where=f"character {error.start + 1}", remedy="Send UTF-8."
        ) from None
    read = tokens(text)
    used = _Parser(text, read).statement()
    return Statement(
        "".join(token.before + token.text for token in read[:used]).strip(),
        frozenset(token.text[1:] for token in read[:used] if token.kind == "parameter"),
    )


class _Parser:
    def __init__(self, text: str, read: list[Token]) -> None:
        self._text = text
        self._tokens = read
        self._at = 0
        self._depth = 0
        # Within [… | …] a bar ends the label expression.
        self._bars = 0

    # -- tokens -------------------------------------------------------------------------------------------------

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _ahead(self, steps: int) -> Token:
        return self._tokens[min(self._at + steps, len(self._tokens) - 1)]

    def _sees(self, *forms: str) -> bool:
        """Whether the next tokens are these words (in capitals) or signs."""
        return all(_is(self._ahead(i), form) for i, form in enumerate(forms))

    def _take(self, *forms: str) -> bool:
        if not self._sees(*forms):
            return False
        self._at += len(forms)
        return True

    def _expect(self, *forms: str) -> None:
        if not self._take(*forms):
            self._stop(f"{' '.join(forms)} was expected here")

    def _stop(self, reason: str, remedy: str = ALLOWED, *, words: int = 1) -> NoReturn:
        """Refuse at the next token; a word that is the start of a known clause says more than what was expected."""
        token = self._here
        if token.kind == "end":
            raise refused(
                self._text, token.start, token.end, f"the statement ends here, but {reason}", remedy
            )
        if words == 1 and (known := _REASONS.get(token.word)):
            words = 2 if token.word in ("LOAD", "DETACH", "NODETACH", "SHOW", "DROP", "USING") else 1
            reason = f"this clause is refused: {known}"
        last = self._tokens[min(self._at + words - 1, len(self._tokens) - 1)]
        raise refused(self._text, token.start, max(last.end, token.end), reason, remedy)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            self._stop(f"this is nested more than {MOST_NESTED} deep", words=0)

    # -- statements ---------------------------------------------------------------------------------------------

    def statement(self) -> int:
        """Parse all; the number of tokens to run."""
        if len(self._tokens) == 1:
            self._stop("there is no statement in it")
        self._query(returns=True)
        used = self._at
        while self._take(";"):
            pass
        if self._at < len(self._tokens) - 1:
            if self._at > used:
                self._stop("a second statement; one is run at a time", "Send it on its own.", words=0)
            self._stop("this is not understood here")
        return used

    def _query(self, *, returns: bool) -> None:
        self._deeper()
        self._single(returns=returns)
        while self._take("UNION"):
            _ = self._take("ALL") or self._take("DISTINCT")
            self._single(returns=returns)
        self._depth -= 1

    def _single(self, *, returns: bool) -> None:
        found = 0
        while self._here.word in _CLAUSES:
            found += 1
            if self._take("RETURN"):
                self._projection()
                return
            self._clause()
        if not found:
            self._stop("no clause that is allowed here")
        if returns:
            self._stop("a clause that is allowed, or RETURN, was expected here")

    def _clause(self) -> None:
        if self._take("UNWIND"):
            self._expression()
            self._expect("AS")
            self._variable()
        elif self._take("WITH"):
            self._projection()
            self._where()
        elif self._sees("CALL") or self._sees("OPTIONAL", "CALL"):
            self._call()
        else:
            self._take("OPTIONAL")
            self._expect("MATCH")
            self._pattern_list()
            self._where()

    def _where(self) -> None:
        if self._take("WHERE"):
            self._expression()

    def _projection(self) -> None:
        self._take("DISTINCT")
        if not self._take("*"):
            self._item()
        while self._take(","):
            self._item()
        if self._take("ORDER", "BY"):
            self._sort()
            while self._take(","):
                self._sort()
        if self._take("SKIP") or self._take("OFFSET"):
            self._expression()
        if self._take("LIMIT"):
            self._expression()

    def _item(self) -> None:
        self._expression()
        if self._take("AS"):
            self._variable()

    def _sort(self) -> None:
        self._expression()
        _ = any(self._take(word) for word in ("ASC", "ASCENDING", "DESC", "DESCENDING"))

    def _call(self) -> None:
        self._take("OPTIONAL")
        if not (self._ahead(1).text == "{" or self._sees("CALL", "(")):
            self._stop(
                "this clause is refused: procedures can do anything that the server can",
                words=self._procedure_words(),
            )
        self._at += 1
        if self._take("("):
            if not self._take("*") and not self._sees(")"):
                self._variable()
                while self._take(","):
                    self._variable()
            self._expect(")")
        self._expect("{")
        self._query(returns=True)
        self._expect("}")
        if self._sees("IN"):
            self._stop("commits within a statement are refused: they are for writing", words=2)

    def _procedure_words(self) -> int:
        words = 1
        while self._ahead(words).kind in ("name", "quoted") or self._ahead(words).text == ".":
            words += 1
        return max(words, 2)

    def _subquery(self) -> None:
        """``{ MATCH … }`` or ``{ (a)-->(b) WHERE … }``."""
        self._expect("{")
        if self._here.text == "(" or (self._here.kind in ("name", "quoted") and self._ahead(1).text == "="):
            self._deeper()
            self._pattern_list()
            self._where()
            self._depth -= 1
        else:
            self._query(returns=False)
        self._expect("}")

    # -- names --------------------------------------------------------------------------------------------------

    def _variable(self) -> None:
        if self._here.word in _RESERVED:
            self._stop(f"{self._here.word} cannot be a name here", f"Write it as `{self._here.text}`.")
        self._key("a name")

    def _key(self, what: str) -> None:
        if self._here.kind not in ("name", "quoted"):
            self._stop(f"{what} was expected here")
        if self._here.kind == "name" and (self._here.word == "END" or not self._here.text.isascii()):
            # The embedded engine takes these in quotes only; quotes change nothing for the server.
            self._here.text = f"`{self._here.text}`"
        self._at += 1

    # -- patterns -----------------------------------------------------------------------------------------------

    def _pattern_list(self) -> None:
        self._path()
        while self._take(","):
            self._path()

    def _path(self) -> None:
        if self._here.kind in ("name", "quoted") and self._ahead(1).text == "=":
            self._variable()
            self._at += 1
        if self._here.word in _SHORTEST:
            self._shortest()
            return
        if self._take("ALL", "SHORTEST") or self._take("ANY", "SHORTEST"):
            pass
        elif (self._take("SHORTEST") or self._take("ANY")) and self._here.kind in ("number", "parameter"):
            self._at += 1
        _ = self._take("PATH") or self._take("PATHS")
        _ = self._take("GROUP") or self._take("GROUPS")
        self._elements()

    def _shortest(self) -> None:
        self._at += 1
        self._expect("(")
        self._elements()
        self._expect(")")

    def _elements(self) -> None:
        self._deeper()
        self._element()
        while self._here.text in ("(", "-") or self._sees("<", "-"):
            if self._here.text == "(":
                self._element()
            else:
                self._relationship()
        self._depth -= 1

    def _element(self) -> None:
        """A node, or a path in brackets that may be repeated."""
        if not self._sees("("):
            self._stop("a pattern such as (p:Plan) was expected here")
        inner = self._ahead(1)
        if inner.text == "(" or (inner.kind in ("name", "quoted") and self._ahead(2).text == "="):
            self._at += 1
            self._path()
            self._where()
            self._expect(")")
            self._quantifier()
            return
        self._at += 1
        self._inside()
        self._expect(")")

    def _inside(self) -> None:
        """What stands in a node's or relationship's brackets."""
        bars, self._bars = self._bars, 0
        if self._here.kind in ("name", "quoted") and not self._sees("WHERE") and not self._sees("IS"):
            self._variable()
        if self._take(":") or self._take("IS"):
            self._labels()
        if self._take("*"):
            self._hops()
        if self._sees("{"):
            self._map()
        elif self._here.kind == "parameter":
            self._at += 1
        self._where()
        self._bars = bars

    def _hops(self) -> None:
        if self._here.kind == "number":
            self._at += 1
        if self._take("..") and self._here.kind == "number":
            self._at += 1

    def _relationship(self) -> None:
        self._take("<")
        self._expect("-")
        if self._take("["):
            self._inside()
            self._expect("]")
        self._expect("-")
        self._take(">")
        self._quantifier()

    def _quantifier(self) -> None:
        if self._take("+") or self._take("*") or not self._sees("{"):
            return
        self._at += 1
        if self._here.kind == "number":
            self._at += 1
        if self._take(",") and self._here.kind == "number":
            self._at += 1
        self._expect("}")

    def _labels(self) -> None:
        """``A|B&!(C|D)``."""
        self._deeper()
        while True:
            while self._take("!"):
                pass
            if self._take("("):
                bars, self._bars = self._bars, 0
                self._labels()
                self._bars = bars
                self._expect(")")
            elif not self._take("%"):
                self._key("a label or type")
            if self._sees("|") and not self._bars:
                self._at += 1
                self._take(":")
            elif not (self._take("&") or self._take(":")):
                break
        self._depth -= 1

    # -- expressions --------------------------------------------------------------------------------------------

    def _expression(self) -> None:
        self._deeper()
        while True:
            while self._take("NOT") or self._take("-") or self._take("+"):
                pass
            self._atom()
            self._behind()
            if self._here.text in _COMPARISONS and self._here.kind == "sign":
                if self._sees("!"):
                    break
                self._at += 1
            elif self._here.word in _OPERATORS:
                self._at += 1
            elif not (self._take("STARTS", "WITH") or self._take("ENDS", "WITH")):
                break
        self._depth -= 1

    def _behind(self) -> None:
        """What may follow a value: ``.name``, ``[…]``, ``:Label``, ``IS NULL``."""
        while True:
            if self._take("."):
                self._key("the name of a property")
                if self._sees("("):
                    self._stop("a function of this name cannot be called")
            elif self._take("["):
                if not self._sees(".."):
                    self._expression()
                if self._take("..") and not self._sees("]"):
                    self._expression()
                self._expect("]")
            elif self._take(":"):
                self._labels()
            elif self._take("IS"):
                self._is()
            else:
                return

    def _is(self) -> None:
        self._take("NOT")
        if self._take("::") or self._take("TYPED"):
            self._type()
        else:
            self._expect("NULL")

    def _type(self) -> None:
        """``LIST<STRING NOT NULL> | INTEGER``."""
        self._deeper()
        while True:
            if self._here.word not in _TYPES:
                self._stop("a type such as STRING was expected here")
            while self._here.word in _TYPES:
                self._at += 1
            if self._take("<"):
                self._type()
                self._expect(">")
            self._take("NOT", "NULL")
            if self._bars or not self._take("|"):
                break
        self._depth -= 1

    def _atom(self) -> None:
        token = self._here
        if token.kind in ("number", "string", "parameter"):
            self._at += 1
        elif token.text == "(" and token.kind == "sign":
            self._brackets()
        elif token.text == "[" and token.kind == "sign":
            self._list()
        elif token.text == "{" and token.kind == "sign":
            self._map()
        elif token.kind == "quoted":
            self._at += 1
            self._reference()
        elif token.kind == "name":
            self._named()
        else:
            self._stop("a value was expected here")

    def _named(self) -> None:
        word = self._here.word
        following = self._ahead(1).text if self._ahead(1).kind == "sign" else ""
        if word == "CASE":
            self._case()
        elif word in ("EXISTS", "COUNT", "COLLECT") and following == "{":
            self._at += 1
            self._subquery()
        elif word in _PREDICATES and following == "(":
            self._at += 2
            self._binding()
            self._where()
            self._expect(")")
        elif word == "REDUCE" and following == "(":
            self._reduce()
        elif word in _SHORTEST and following == "(":
            self._shortest()
        elif (steps := self._function()) > 0:
            self._arguments(steps)
        else:
            self._variable()
            self._reference()

    def _reference(self) -> None:
        """A variable may be followed by the properties that are wanted of it."""
        if self._sees("("):
            self._stop("a function of this name cannot be called")
        if not self._sees("{"):
            return
        self._at += 1
        self._deeper()
        while not self._sees("}"):
            if self._take("."):
                if not self._take("*"):
                    self._key("the name of a property")
            elif self._ahead(1).text == ":":
                self._key("a name")
                self._at += 1
                self._expression()
            else:
                self._variable()
            if not self._take(","):
                break
        self._expect("}")
        self._depth -= 1

    def _function(self) -> int:
        """How many tokens the name of a function takes here, 0 where this is none."""
        steps = 1
        while self._ahead(steps).text == "." and self._ahead(steps + 1).kind in ("name", "quoted"):
            steps += 2
        return steps if self._ahead(steps).text == "(" and self._ahead(steps).kind == "sign" else 0

    def _arguments(self, steps: int) -> None:
        name = "".join(self._ahead(i).text for i in range(steps))
        if name.lower() not in FUNCTIONS:
            self._stop(
                f"the function {name} is not on the list of those that only compute",
                "docs/service.md has the list; the common ones of Cypher are on it.",
                words=steps if steps > 1 else 0,
            )
        self._at += steps + 1
        if self._take("*"):
            self._expect(")")
            return
        self._take("DISTINCT")
        if not self._sees(")"):
            self._expression()
            while self._take(","):
                self._expression()
        self._expect(")")

    def _brackets(self) -> None:
        """A value in brackets, or a pattern: a relationship follows the closing one."""
        close = self._here.match
        follows = [self._tokens[min(close + i, len(self._tokens) - 1)].text for i in (1, 2, 3)]
        if (follows[0] == "-" and follows[1] in ("[", "-")) or (
            follows[:2] == ["<", "-"] and follows[2] in ("[", "-")
        ):
            self._elements()
            return
        self._at += 1
        bars, self._bars = self._bars, 0
        self._expression()
        self._bars = bars
        self._expect(")")

    def _list(self) -> None:
        """``[1, 2]``, ``[x IN xs WHERE … | …]``, ``[(a)-->(b) WHERE … | …]``."""
        self._expect("[")
        self._bars += 1
        if not self._sees("]"):
            self._expression()
            self._where()
            if self._take("|"):
                self._expression()
            while self._take(","):
                self._expression()
        self._bars -= 1
        self._expect("]")

    def _map(self) -> None:
        self._expect("{")
        bars, self._bars = self._bars, 0
        while not self._sees("}"):
            self._key("a name")
            self._expect(":")
            self._expression()
            if not self._take(","):
                break
        self._bars = bars
        self._expect("}")

    def _binding(self) -> None:
        self._variable()
        self._expect("IN")
        self._expression()

    def _reduce(self) -> None:
        self._at += 2
        self._variable()
        self._expect("=")
        self._bars += 1
        self._expression()
        self._expect(",")
        self._binding()
        self._bars -= 1
        self._expect("|")
        self._expression()
        self._expect(")")

    def _case(self) -> None:
        self._at += 1
        if not self._sees("WHEN"):
            self._expression()
        if not self._sees("WHEN"):
            self._stop("WHEN was expected here")
        while self._take("WHEN"):
            self._expression()
            while self._take(","):
                self._expression()
            self._expect("THEN")
            self._expression()
        if self._take("ELSE"):
            self._expression()
        self._expect("END")


def _is(token: Token, form: str) -> bool:
    return token.word == form if form.isalpha() else token.kind == "sign" and token.text == form
