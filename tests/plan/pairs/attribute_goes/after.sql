CREATE TYPE addr AS (street text); CREATE TABLE a (id int PRIMARY KEY, others addr[], o addr);
