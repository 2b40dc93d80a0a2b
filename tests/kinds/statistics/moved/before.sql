CREATE SCHEMA s;
CREATE TABLE t (a int, b int);
CREATE TABLE u (a int, b int);
CREATE TABLE s.t (a int, b int);
CREATE STATISTICS one ON a, b FROM t;
CREATE STATISTICS two ON a, b FROM t;
CREATE STATISTICS three ON a, b FROM t;
