CREATE EXTENSION btree_gist;
CREATE TABLE t (room int, during tstzrange, price int, CONSTRAINT once EXCLUDE USING gist (room WITH =, during WITH &&) WITH (fillfactor = 55) WHERE (price > 0) DEFERRABLE);
