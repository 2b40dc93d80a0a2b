CREATE TABLE parent (id int NOT NULL, n int DEFAULT 1, t text, CHECK (n > 0));
CREATE TABLE child (extra text) INHERITS (parent);
CREATE INDEX ON child (n);
