
CREATE TABLE events (id bigint NOT NULL, at timestamptz NOT NULL, body jsonb, PRIMARY KEY (id, at));
CREATE INDEX ON events (at);
