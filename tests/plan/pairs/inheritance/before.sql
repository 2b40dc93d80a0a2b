CREATE TABLE parent (id int NOT NULL, n int DEFAULT 1, CHECK (n > 0));
CREATE TABLE child (extra text) INHERITS (parent);
CREATE TABLE other (id int NOT NULL, n int DEFAULT 3, CONSTRAINT parent_n_check CHECK (n > 0));
CREATE INDEX ON child (n);
