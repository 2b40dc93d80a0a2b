CREATE EXTENSION btree_gist;
CREATE TABLE t (room int, during tstzrange, price int, CONSTRAINT once EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (price > 1));
