CREATE TABLE t (a int, b text);
CREATE TABLE log (a int, b text, at timestamptz DEFAULT now());
CREATE VIEW v AS SELECT a, b FROM t;
CREATE RULE ins AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.a, new.b);
CREATE RULE upd AS ON UPDATE TO t WHERE old.b IS DISTINCT FROM new.b DO ALSO INSERT INTO log VALUES (old.a, 'it''s $do$');
CREATE RULE "we""ird. Ñame $x$ %s \ 🐘" AS ON DELETE TO t DO ALSO NOTHING;
CREATE RULE off AS ON DELETE TO log DO NOTIFY gone;
ALTER TABLE log ENABLE ALWAYS RULE off;
