CREATE TABLE one (a int PRIMARY KEY, b text);
