CREATE TABLE t (a int, b int, c text);
CREATE STATISTICS columns ON a, b FROM t;
CREATE STATISTICS "odd ON a, b" (mcv) ON a, b, lower(c) FROM t;
CREATE STATISTICS settled ON a, c FROM t;
