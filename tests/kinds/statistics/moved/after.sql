CREATE SCHEMA s;
CREATE TABLE t (a int, b int);
CREATE TABLE u (a int, b int);
CREATE TABLE s.t (a int, b int);
CREATE STATISTICS one ON a, b FROM u;
CREATE STATISTICS two ON a, b FROM s.t;
