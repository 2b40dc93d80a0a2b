CREATE TYPE addr AS (street text, zip int); CREATE TABLE a (id int PRIMARY KEY, others addr[], o addr);
