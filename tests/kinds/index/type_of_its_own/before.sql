-- A GIN index keeps keys of another type than its column's, and they have a collation where the column has none.
CREATE TABLE p (t text, j jsonb);
CREATE INDEX words ON p USING gin (to_tsvector('english', t));
CREATE INDEX paths ON p USING gin (j jsonb_path_ops);
