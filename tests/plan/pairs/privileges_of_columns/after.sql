CREATE TABLE t (id int PRIMARY KEY, a text, b text);
GRANT UPDATE ON t TO gen_reader;
GRANT SELECT (id), INSERT (a) ON t TO gen_reader;
GRANT SELECT ON t TO "gen writer";
GRANT SELECT (a), UPDATE (b) ON t TO "gen writer";
