-- Order, expressions, operator classes, collations, conditions, methods, options.
CREATE TABLE posts (
    id int PRIMARY KEY, title varchar(200), body text, price numeric NOT NULL DEFAULT 0, data jsonb, at timestamptz,
    author int, "Odd Name" text, nocase text COLLATE "C"
);
CREATE INDEX posts_one ON posts (title);
CREATE INDEX posts_two ON posts (author, at DESC);
CREATE INDEX posts_nulls ON posts (author NULLS FIRST, at DESC NULLS LAST, price DESC);
CREATE UNIQUE INDEX posts_uq ON posts (author, title) INCLUDE (price, "Odd Name") NULLS NOT DISTINCT WITH (fillfactor = 70);
CREATE INDEX posts_lower ON posts (lower(title), author DESC NULLS LAST);
CREATE INDEX posts_ops ON posts (title varchar_pattern_ops);
CREATE INDEX posts_expression_ops ON posts (lower(body) text_pattern_ops);
CREATE INDEX posts_collated ON posts (title COLLATE "POSIX");
CREATE INDEX posts_inherited ON posts (lower(nocase), (nocase || 'x'));
CREATE INDEX posts_where ON posts (at) WHERE price > 0 AND title IN ('a', 'b') AND body NOT IN ('c', 'd');
CREATE INDEX posts_gin ON posts USING gin (data jsonb_path_ops);
CREATE INDEX posts_gin_plain ON posts USING gin (data) WITH (fastupdate = off);
CREATE INDEX posts_brin ON posts USING brin (at);
CREATE INDEX posts_hash ON posts USING hash (author);
CREATE INDEX posts_sum ON posts ((price + 1), (data ->> 'k'), (data #>> '{a,b}'));
CREATE INDEX posts_text ON posts ((title || ' ' || body));
CREATE INDEX posts_coalesce ON posts (coalesce(author, 0), (at IS NULL), (CASE WHEN author > 0 THEN 1 ELSE 0 END));
CREATE INDEX posts_day ON posts (((at AT TIME ZONE 'UTC')::date));
CREATE INDEX posts_odd ON posts ("Odd Name", upper("Odd Name"));
CREATE INDEX posts_cast ON posts ((title::text), (author::bigint));
CREATE INDEX posts_nested ON posts (lower(coalesce(title, '') || ' ' || coalesce(body, '')), (author > 0 AND price > 1 OR NOT at IS NULL));
CREATE INDEX posts_sums ON posts (((price + 1) * 2), (author + 1 + 2), (price - (1 - author)), ((author, 1) < (2, 3)), (abs(author - 1)));
