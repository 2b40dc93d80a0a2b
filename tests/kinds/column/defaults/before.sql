CREATE TABLE t (
  a int DEFAULT 1, b text DEFAULT 'it''s', c text DEFAULT E'tab\tand \\ back', d timestamptz DEFAULT now(),
  e date DEFAULT '2020-02-29', f interval DEFAULT '1 day 02:03:04', g float8 DEFAULT 0.1, h bytea DEFAULT '\xdeadbeef',
  i text[] DEFAULT '{a,"b c"}', j jsonb DEFAULT '{"a": "$do$ %s"}', k text DEFAULT current_user, l boolean DEFAULT true,
  m numeric DEFAULT -1.5, n text DEFAULT '$do$', o int DEFAULT ((1 + 2) * 3), p timestamp DEFAULT (now() AT TIME ZONE 'utc'),
  q text DEFAULT NULL
);
