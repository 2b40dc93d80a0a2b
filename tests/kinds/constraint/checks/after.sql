CREATE TABLE t (
  a int CHECK (a >= 0), b varchar(10) CHECK (b IN ('x', 'y')), c text CHECK (c = ANY (ARRAY['p', 'r'])),
  d text CONSTRAINT "we""ird. Ñame $x$ %s \ 🐘" CHECK (d ~ '^[a-z]*\.\w$' AND d <> 'it''s' OR d LIKE '10%'), e date CHECK (e BETWEEN '2000-01-01' AND '2100-01-02'),
  f char(3) CHECK (f IN ('abc', 'deg')), g name CHECK (g IN ('m', 'o')), h varchar[] CHECK (h <@ ARRAY['a', 'c']::varchar[]), i text CHECK (i IN ('$do$', '$check2$')),
  j varchar CHECK (j NOT IN ('u', 'w')), k varchar CHECK (j = 'a' OR j = 'c'), l varchar(5) CHECK (l LIKE ANY (ARRAY['a%', 'c%']))
);
ALTER TABLE t ADD CONSTRAINT later CHECK (a < 100);
ALTER TABLE t ADD CONSTRAINT alone CHECK (a <> 50);
