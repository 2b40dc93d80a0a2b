CREATE TABLE parent (id bigint NOT NULL, n int DEFAULT 2, m text, CHECK (n > 1));
CREATE TABLE child (extra text NOT NULL) INHERITS (parent);
ALTER TABLE child ALTER n SET DEFAULT 9;
CREATE TABLE other (id int NOT NULL, n int DEFAULT 3, CONSTRAINT parent_n_check CHECK (n > 0));
CREATE INDEX ON child (n, id);
