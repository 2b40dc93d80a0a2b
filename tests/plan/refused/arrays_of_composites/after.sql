CREATE TYPE addr AS (zip text, street text);
CREATE TABLE a (id int PRIMARY KEY, others addr[]);
