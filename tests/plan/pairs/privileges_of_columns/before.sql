CREATE TABLE t (id int PRIMARY KEY, a text, b text);
GRANT SELECT, UPDATE ON t TO gen_reader;
GRANT SELECT (id), INSERT (a) ON t TO gen_reader;
GRANT SELECT (a) ON t TO "gen writer";
