
CREATE TYPE addr AS (street text, zip int, gone text);
CREATE TABLE a (id int PRIMARY KEY, home addr, nn addr);
