CREATE DOMAIN m AS numeric(10,2); CREATE DOMAIN u AS text CHECK (VALUE <> '');
CREATE TABLE a (id int PRIMARY KEY, e m, l m[], t u);
