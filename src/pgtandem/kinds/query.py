"""One spelling for the queries of views, whatever version of PostgreSQL prints them."""

from __future__ import annotations

from pgtandem.kinds.expression import canonical

# Strings, names, words, and everything else character by character.
_WORDS = "E?'(?:[^'\\\\]|''|\\\\.)*'|\"(?:[^\"]|\"\")*\"|[[:alpha:]_][[:alnum:]_$]*|[[:space:]]+|::|."
_NAME = '^[[:alpha:]_"]'
_CLAUSES = "'WHERE', 'GROUP', 'HAVING', 'WINDOW', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH', 'FOR'"
_SEVERAL = "'JOIN', 'UNION', 'INTERSECT', 'EXCEPT'"

# Up to PostgreSQL 15 the tables OLD and NEW are in the query of a view, so that its columns are always printed with
# their table; from 16 on they are not where the query has one table. This takes the table away: of the names before a
# point that are not in a query within the query, where there is one table.
_WITHOUT_THE_TABLE = f"""
                (WITH token AS (
                   SELECT t.found[1] AS word, t.place
                   FROM regexp_matches(printed.query, $re${_WORDS}$re$, 'g') WITH ORDINALITY t (found, place)
                 ), nested AS (
                   SELECT word, place,
                          sum(CASE word WHEN '(' THEN 1 WHEN ')' THEN -1 ELSE 0 END) OVER (ORDER BY place) AS depth
                   FROM token
                 ), dense AS (
                   SELECT word, place, depth, lag(word) OVER w AS before, lead(word) OVER w AS next,
                          lead(word, 2) OVER w AS second, lead(word, 3) OVER w AS third
                   FROM nested WHERE word !~ '^[[:space:]]' WINDOW w AS (ORDER BY place)
                 ), within AS (
                   SELECT o.place AS first, (SELECT min(c.place) FROM nested c
                                             WHERE c.place > o.place AND c.depth < o.depth) AS last
                   FROM dense o WHERE o.word = '(' AND o.next IN ('SELECT', 'WITH', 'VALUES')
                 ), source AS (
                   SELECT f.place AS first, coalesce((SELECT min(c.place) FROM dense c WHERE c.place > f.place
                                                      AND c.depth = 0 AND c.word IN ({_CLAUSES})), 2147483647) AS last
                   FROM dense f WHERE f.word = 'FROM' AND f.depth = 0 AND f.before <> 'DISTINCT'
                   ORDER BY f.place LIMIT 1
                 ), outside AS (
                   SELECT * FROM dense d
                   WHERE NOT EXISTS (SELECT FROM within w WHERE d.place BETWEEN w.first AND w.last)
                 ), prefix AS (
                   SELECT d.place FROM outside d JOIN source s ON d.place NOT BETWEEN s.first AND s.last
                   WHERE d.word ~ '{_NAME}' AND d.next = '.' AND d.second ~ '{_NAME}'
                     AND coalesce(d.third, '') NOT IN ('.', '(') AND d.before NOT IN ('.', '::', 'COLLATE')
                     AND NOT EXISTS (SELECT FROM outside m WHERE m.word IN ({_SEVERAL})
                                     OR m.word = ',' AND m.depth = 0 AND m.place BETWEEN s.first AND s.last)
                 )
                 SELECT string_agg(t.word, '' ORDER BY t.place) FROM token t
                 WHERE NOT EXISTS (SELECT FROM prefix p WHERE t.place IN (p.place, p.place + 1)))"""


def canonical_query(view: str) -> str:
    """Return an SQL expression for the query of the view with this oid (an SQL expression)."""
    # PostgreSQL itself prints both of these for the same list of rows.
    query = f"replace(rtrim(pg_get_viewdef({view}), ';'), 'FROM ( VALUES (', 'FROM (VALUES (')"
    return canonical(
        f"(SELECT CASE WHEN current_setting('server_version_num')::int < 160000 THEN {_WITHOUT_THE_TABLE}"
        f" ELSE printed.query END FROM (SELECT {query} AS query OFFSET 0) printed)"
    )
