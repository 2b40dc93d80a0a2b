
CREATE TYPE addr AS (country text, street text, zip text);
CREATE TABLE a (id int PRIMARY KEY, home addr, nn addr);
