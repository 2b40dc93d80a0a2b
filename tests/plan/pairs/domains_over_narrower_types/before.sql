CREATE DOMAIN m AS numeric(12,4); CREATE DOMAIN u AS text;
CREATE TABLE a (id int PRIMARY KEY, e m, l m[], t u);
