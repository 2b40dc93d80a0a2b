
CREATE TYPE status AS ENUM ('new','in_progress','done');
CREATE TABLE tasks (id int PRIMARY KEY, s status NOT NULL DEFAULT 'new', h status[] DEFAULT '{new}');
CREATE INDEX ON tasks (s) WHERE s = 'in_progress';
