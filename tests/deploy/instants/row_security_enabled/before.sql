CREATE TABLE bare (id int PRIMARY KEY, owner text);
GRANT SELECT ON bare TO probe_anon, probe_tenant;
INSERT INTO bare SELECT i, (ARRAY['all', 'probe_tenant', 'other'])[i % 3 + 1] FROM generate_series(1, 30) i;
