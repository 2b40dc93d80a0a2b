-- Views as read-only classes: with the key of their one table, with a unique index, with all columns, and without any.
CREATE SCHEMA reporting;
CREATE TYPE state AS ENUM ('open', 'done');
CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL UNIQUE, born date, settings jsonb NOT NULL DEFAULT '{}');
CREATE TABLE tasks (
    id int PRIMARY KEY,
    person_id int NOT NULL REFERENCES people,
    state state NOT NULL DEFAULT 'open',
    tags text[] NOT NULL DEFAULT '{}',
    host inet,
    due timestamptz
);
CREATE VIEW open_tasks AS SELECT id AS task_id, state, tags, due FROM tasks WHERE state = 'open' ORDER BY due;
CREATE VIEW adults AS SELECT p.email, p.born, p.settings, p.born + 1 AS next_day FROM people p WHERE born < '2000-01-01';
CREATE VIEW reporting.people AS SELECT id AS "class", email AS "E-Mail", 'x' AS metadata FROM public.people;
CREATE VIEW per_person AS
    SELECT p.id, p.email, count(t.id) AS tasks, max(t.due) AS last_due, max(t.state) AS most, min(t.host) AS host
    FROM people p LEFT JOIN tasks t ON t.person_id = p.id GROUP BY p.id;
-- The key of the table is not one of these.
CREATE VIEW tags AS SELECT id, unnest(tags) AS tag FROM tasks;
CREATE VIEW twice AS SELECT id FROM tasks UNION ALL SELECT id FROM tasks;
CREATE VIEW pairs AS SELECT a.id FROM tasks a, tasks b;
CREATE VIEW renamed AS SELECT person_id AS id, id AS person_id FROM tasks;
-- No row of these can be told from another in Python.
CREATE VIEW documents AS SELECT settings, array_agg(id) AS ids FROM people GROUP BY settings;
CREATE VIEW nothing AS SELECT;
CREATE MATERIALIZED VIEW totals AS SELECT person_id, state, count(*) AS count, array_agg(due) AS dues
    FROM tasks GROUP BY person_id, state;
CREATE UNIQUE INDEX totals_key ON totals (person_id, state);
CREATE INDEX totals_count ON totals (count);
COMMENT ON VIEW open_tasks IS 'What is to be done';
COMMENT ON COLUMN open_tasks.due IS 'Until when';
COMMENT ON MATERIALIZED VIEW totals IS 'Counted at night';
