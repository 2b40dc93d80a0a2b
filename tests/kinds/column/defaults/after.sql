CREATE TABLE t (
  a int DEFAULT 2, b text DEFAULT 'it''s not', c text DEFAULT E'tab\tand \\ forth', d timestamptz DEFAULT clock_timestamp(),
  e date DEFAULT '2020-03-01', f interval DEFAULT '1 day 02:03:05', g float8 DEFAULT 0.2, h bytea DEFAULT '\xdeadbeff',
  i text[] DEFAULT '{a,"b d"}', j jsonb DEFAULT '{"a": "$do$ %d"}', k text DEFAULT session_user, l boolean DEFAULT false,
  m numeric DEFAULT -1.50, n text DEFAULT '$do2$', o int DEFAULT (1 + (2 * 3)), p timestamp DEFAULT (now() AT TIME ZONE 'cet'),
  q text
);
