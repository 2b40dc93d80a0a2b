-- Partitioned tables and their partitions, domains, and what models leave to others.
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT now(), user_id int REFERENCES users ON DELETE CASCADE,
    kind text CHECK (kind <> ''), PRIMARY KEY (id, at), UNIQUE (at, id, kind)
) PARTITION BY RANGE (at);
CREATE INDEX events_kind ON events (lower(kind), at DESC);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00');
CREATE TABLE a_rest PARTITION OF events DEFAULT PARTITION BY LIST (id);
CREATE TABLE a_rest_of_a PARTITION OF a_rest FOR VALUES IN (1, 2);
CREATE TABLE logs (at date, what text) PARTITION BY HASH (lower(what));
CREATE TABLE logs_0 PARTITION OF logs FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE typed (id int PRIMARY KEY, age years NOT NULL, ages years[], pair pair, mail email DEFAULT 'a@b');
