CREATE TABLE child (id int, n int DEFAULT 2, t text CONSTRAINT t_there NOT NULL, extra text);
