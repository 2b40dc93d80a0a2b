
CREATE TYPE addr AS (street text, zip int);
CREATE TABLE t OF addr (PRIMARY KEY (street));
