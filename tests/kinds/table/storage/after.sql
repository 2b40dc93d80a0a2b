CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD "we""ird. Ñame $x$ %s \ 🐘" TYPE INDEX HANDLER bthandler;
CREATE TABLE plain (a int) USING other_heap;
CREATE TABLE other (a int);
CREATE TABLE elsewhere (a int CONSTRAINT k UNIQUE);
CREATE INDEX i ON elsewhere (a);
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
