CREATE VIEW named AS WITH one AS (SELECT 'a'::text AS name), two AS MATERIALIZED (SELECT NULL::integer AS number) SELECT one.name, two.number FROM one, two;
CREATE VIEW scalar AS SELECT (SELECT 'a'::text) AS x, (SELECT '1'::integer AS "N") AS y;
CREATE VIEW of_other AS SELECT b.name FROM (SELECT 'a'::text AS name) b, (SELECT 'c'::text AS other) c;
