CREATE TABLE p (t text, j jsonb);
CREATE INDEX words ON p USING gin (to_tsvector('german', t));
CREATE INDEX paths ON p USING gin (j);
