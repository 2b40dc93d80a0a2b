CREATE TABLE notes (id int PRIMARY KEY, owner text, secret text);
GRANT SELECT ON notes TO probe_tenant;
CREATE TABLE gone (id int PRIMARY KEY);
GRANT SELECT ON gone TO probe_anon, probe_tenant;
INSERT INTO notes SELECT i, 'x' FROM generate_series(1, 40) i;
INSERT INTO gone SELECT generate_series(1, 5);
