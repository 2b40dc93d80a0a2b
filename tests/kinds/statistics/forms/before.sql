CREATE TABLE t (a int, b int, c text, "we""ird. Ñame $x$ %s \ 🐘" int);
CREATE STATISTICS two ON a, b FROM t;
CREATE STATISTICS kinds (ndistinct, mcv) ON a, b FROM t;
CREATE STATISTICS expressions ON (a + b), lower(c), b FROM t;
CREATE STATISTICS "we""ird. Ñame $x$ %s \ 🐘" ON a, "we""ird. Ñame $x$ %s \ 🐘" FROM t;
ALTER STATISTICS two SET STATISTICS 500;
