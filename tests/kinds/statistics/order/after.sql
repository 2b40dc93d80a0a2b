CREATE TABLE t (c text, b int, a int);
CREATE STATISTICS columns ON b, a FROM t;
CREATE STATISTICS "odd ON a, b" (mcv) ON lower(c), a, b FROM t;
CREATE STATISTICS settled ON a, c, b FROM t;
