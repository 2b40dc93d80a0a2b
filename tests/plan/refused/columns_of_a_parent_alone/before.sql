CREATE TABLE parent (id int NOT NULL, n int DEFAULT 1, t text, CHECK (n > 0));
CREATE TABLE child (id int NOT NULL, n int DEFAULT 1, t text, extra text, CONSTRAINT parent_n_check CHECK (n > 0));
CREATE INDEX ON child (n);
