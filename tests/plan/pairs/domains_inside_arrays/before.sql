
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE a (id int PRIMARY KEY, e email NOT NULL, l email[]);
