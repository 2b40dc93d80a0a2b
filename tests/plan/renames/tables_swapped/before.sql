
CREATE TABLE a (id int PRIMARY KEY, x text);
CREATE TABLE b (id int PRIMARY KEY, y int, a_id int REFERENCES a);
