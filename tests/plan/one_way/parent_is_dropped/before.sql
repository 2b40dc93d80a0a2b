CREATE TABLE parent (id int NOT NULL, n int DEFAULT 1, t text NOT NULL, CHECK (n > 0));
CREATE TABLE child (extra text) INHERITS (parent);
