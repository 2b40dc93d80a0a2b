CREATE TABLE t (
  a int CHECK (a > 0), b varchar(10) CHECK (b IN ('x', 'y', 'z')), c text CHECK (c = ANY (ARRAY['p', 'q'])),
  d text CONSTRAINT "we""ird. Ñame $x$ %s \ 🐘" CHECK (d ~ '^[a-z]+\.\w$' AND d <> 'it''s' OR d LIKE '10%'), e date CHECK (e BETWEEN '2000-01-01' AND '2100-01-01'),
  f char(3) CHECK (f IN ('abc', 'def')), g name CHECK (g IN ('m', 'n')), h varchar[] CHECK (h <@ ARRAY['a', 'b']::varchar[]), i text CHECK (i IN ('$do$', '$check$')),
  j varchar CHECK (j NOT IN ('u', 'v')), k varchar CHECK (j = 'a' OR j = 'b'), l varchar(5) CHECK (l LIKE ANY (ARRAY['a%', 'b%']))
);
ALTER TABLE t ADD CONSTRAINT later CHECK (a < 100) NOT VALID;
ALTER TABLE t ADD CONSTRAINT alone CHECK (a <> 50) NO INHERIT;
