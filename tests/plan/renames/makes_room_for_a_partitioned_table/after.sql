
CREATE TABLE events (id bigint NOT NULL, at timestamptz NOT NULL, body jsonb, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE INDEX ON events (at);

CREATE TABLE events_old (id bigint NOT NULL, at timestamptz NOT NULL, body jsonb, PRIMARY KEY (id, at));
CREATE INDEX ON events_old (at);
