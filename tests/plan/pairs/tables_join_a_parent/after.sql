CREATE TABLE parent (id bigint NOT NULL, n int DEFAULT 1, t text NOT NULL, CHECK (n > 0));
CREATE TABLE child (id bigint NOT NULL, n int DEFAULT 5, t text NOT NULL, extra text, CONSTRAINT parent_n_check CHECK (n > 0)) INHERITS (parent);
