-- drop
SELECT target || '.' || name, format('ALTER %s %s DROP %s %s CASCADE', word, target, CASE kind WHEN 'c' THEN 'ATTRIBUTE' ELSE 'COLUMN' END, quoted)
FROM attribute WHERE kind IN ('r', 'p', 'f', 'c');

-- add
SELECT target, format('ALTER %s %s ADD %s mutant %s', word, target, CASE kind WHEN 'c' THEN 'ATTRIBUTE' ELSE 'COLUMN' END, type)
FROM relation, unnest(ARRAY['integer', 'text']) type WHERE kind IN ('r', 'p', 'f', 'c');

-- add of other forms
SELECT target, format('ALTER TABLE %s ADD COLUMN mutant %s', target, type)
FROM relation, unnest(ARRAY['integer DEFAULT 1', 'integer NOT NULL', 'integer GENERATED ALWAYS AS IDENTITY',
                            'integer GENERATED ALWAYS AS (1) STORED', 'integer UNIQUE', 'integer CHECK (mutant > 0)', 'serial']) type
WHERE kind IN ('r', 'p');

-- type
SELECT target || '.' || name || ' ' || other,
       CASE kind WHEN 'c' THEN format('ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s CASCADE', target, quoted, other)
         ELSE CASE concat(generated, identity)
           WHEN '' THEN format('%s DROP DEFAULT; %1$s TYPE %s USING NULL::%2$s; %1$s SET DEFAULT %3$s', alter_column, other, coalesce("default", 'NULL'))
           ELSE format('%s TYPE %s', alter_column, other) END END
FROM attribute,
  LATERAL (SELECT CASE WHEN type = 'integer' THEN 'bigint' WHEN type = 'bigint' THEN 'integer' WHEN type = 'smallint' THEN 'integer'
             WHEN type = 'text' THEN 'character varying' WHEN type ~ '^character varying\(' THEN 'text' WHEN type ~ '^character' THEN 'text'
             WHEN type ~ '^numeric' THEN 'double precision' WHEN type = 'timestamp with time zone' THEN 'timestamp without time zone'
             WHEN type = 'timestamp without time zone' THEN 'timestamp with time zone' WHEN type = 'jsonb' THEN 'json'
             WHEN type = 'json' THEN 'jsonb' WHEN type = 'uuid' THEN 'text' WHEN type = 'boolean' THEN 'text'
             WHEN type = 'real' THEN 'double precision' WHEN type = 'double precision' THEN 'real' ELSE 'text' END AS other
           UNION SELECT 'text' UNION SELECT 'bytea') o
WHERE kind IN ('r', 'p', 'f', 'c') AND other <> type;

-- length or precision
SELECT target || '.' || name || ' ' || other,
       CASE kind WHEN 'c' THEN format('ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s CASCADE', target, quoted, other)
         ELSE format('%s TYPE %s', alter_column, other) END
FROM attribute,
  LATERAL (VALUES (CASE WHEN type ~ '^character varying\(\d+\)' THEN regexp_replace(type, '\d+', ((substring(type FROM '\d+'))::int + 1)::text)
                     WHEN type = 'character varying' THEN 'character varying(255)'
                     WHEN type ~ '^character\(\d+\)' THEN regexp_replace(type, '\d+', ((substring(type FROM '\d+'))::int + 1)::text)
                     WHEN type ~ '^numeric\(' THEN regexp_replace(type, '\d+', ((substring(type FROM '\d+'))::int + 1)::text)
                     WHEN type = 'numeric' THEN 'numeric(10,2)' WHEN type = 'timestamp with time zone' THEN 'timestamp(3) with time zone'
                     WHEN type = 'timestamp without time zone' THEN 'timestamp(3) without time zone'
                     WHEN type = 'time without time zone' THEN 'time(3)' WHEN type = 'interval' THEN 'interval(3)'
                     WHEN type = 'bit(1)' THEN 'bit(2)' END)) o (other)
WHERE kind IN ('r', 'p', 'f', 'c') AND other IS NOT NULL;

-- array
SELECT target || '.' || name, format('%s DROP DEFAULT; %1$s TYPE %s USING NULL', alter_column,
              CASE WHEN type ~ '\[\]$' THEN regexp_replace(type, '\[\]$', '') ELSE type || '[]' END)
FROM attribute WHERE kind IN ('r', 'p', 'f') AND "default" IS NULL;

-- not null
SELECT target || '.' || name, format('%s %s NOT NULL', alter_column, CASE WHEN not_null THEN 'DROP' ELSE 'SET' END)
FROM attribute WHERE kind IN ('r', 'p', 'f') AND number > 0;

-- not null renamed
SELECT a.target || '.' || a.name, format('ALTER TABLE %s RENAME CONSTRAINT %I TO mutant', a.target, k.conname)
FROM attribute a JOIN pg_constraint k ON k.conrelid = a.oid AND k.contype = 'n' AND k.conkey[1] = a.number;

-- not null not inherited
SELECT a.target || '.' || a.name, format('ALTER TABLE %s ALTER CONSTRAINT %I %s', a.target, k.conname,
                                         CASE WHEN k.connoinherit THEN 'INHERIT' ELSE 'NO INHERIT' END)
FROM attribute a JOIN pg_constraint k ON k.conrelid = a.oid AND k.contype = 'n' AND k.conkey[1] = a.number;

-- not null not valid
SELECT target || '.' || name, format('ALTER TABLE %s ADD CONSTRAINT %I NOT NULL %s NOT VALID', target, relation || '_' || name || '_not_null', quoted)
FROM attribute WHERE NOT not_null AND kind = 'r' AND current_setting('server_version_num')::int >= 180000;

-- not null validity
SELECT a.target || '.' || a.name, format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I NOT NULL %3$s NOT VALID', a.target, k.conname, a.quoted)
FROM attribute a JOIN pg_constraint k ON k.conrelid = a.oid AND k.contype = 'n' AND k.conkey[1] = a.number WHERE k.convalidated;

-- not null of its own
SELECT a.target || '.' || a.name, format('%s SET NOT NULL', a.alter_column)
FROM attribute a JOIN pg_constraint k ON k.conrelid = a.oid AND k.contype = 'n' AND k.conkey[1] = a.number
WHERE NOT k.conislocal AND NOT a.is_partition;

-- drop default
SELECT target || '.' || name, format('%s DROP DEFAULT', alter_column) FROM attribute
WHERE "default" IS NOT NULL AND generated = '' AND kind IN ('r', 'p', 'f', 'v');

-- default
SELECT target || '.' || name || ' ' || value, format('%s SET DEFAULT %s', alter_column, value)
FROM attribute,
  LATERAL (VALUES (CASE category WHEN 'N' THEN '4711' WHEN 'S' THEN '''mutant''' WHEN 'B' THEN CASE "default" WHEN 'true' THEN 'false' ELSE 'true' END
                     WHEN 'D' THEN '''2001-02-03''' WHEN 'A' THEN '''{}''' ELSE CASE WHEN "default" IS NOT NULL THEN 'NULL::' || type END END),
                  (CASE category WHEN 'N' THEN '(4711 + 1)' WHEN 'S' THEN 'upper(''mutant'')' WHEN 'D' THEN 'clock_timestamp()' END),
                  (CASE category WHEN 'S' THEN '''''' WHEN 'N' THEN '0' WHEN 'U' THEN '''{}''' END)) v (value)
WHERE kind IN ('r', 'p', 'f', 'v') AND generated = '' AND identity = '' AND value IS NOT NULL
  AND regexp_replace(coalesce("default", ''), '::.*$', '') <> value;

-- default a little different
SELECT target || '.' || name || ' ' || changed, format('%s SET DEFAULT %s', alter_column, changed)
FROM attribute,
  LATERAL (VALUES (CASE category WHEN 'S' THEN regexp_replace("default", '^''(.*)''(::.*)?$', '''\1 ''\2') END), (regexp_replace("default", '^''(.*[a-z].*)''(::.*)?$', upper("default"))),
                  (replace("default", 'now()', 'statement_timestamp()')), (replace("default", 'CURRENT_TIMESTAMP', 'LOCALTIMESTAMP')),
                  (regexp_replace("default", '^(\d+)$', '\1 + 1')), (replace("default", 'gen_random_uuid()', 'md5(''a'')::uuid')),
                  ('(' || "default" || ') || ''a''')) v (changed)
WHERE kind IN ('r', 'p', 'f', 'v') AND "default" IS NOT NULL AND generated = '' AND changed <> "default";

-- identity
SELECT target || '.' || name, format('%s ADD GENERATED BY DEFAULT AS IDENTITY', alter_column) FROM attribute
WHERE kind IN ('r', 'p') AND identity = '' AND "default" IS NULL AND type IN ('integer', 'bigint', 'smallint') AND not_null
UNION ALL
SELECT target || '.' || name, format('%s DROP IDENTITY', alter_column) FROM attribute WHERE identity <> ''
UNION ALL
SELECT target || '.' || name, format('%s SET GENERATED %s', alter_column, CASE identity WHEN 'a' THEN 'BY DEFAULT' ELSE 'ALWAYS' END)
FROM attribute WHERE identity <> '';

-- identity options
SELECT target || '.' || name, format('%s SET %s', alter_column, setting)
FROM attribute, unnest(ARRAY['START WITH 42', 'INCREMENT BY 7', 'CACHE 9', 'CYCLE', 'MAXVALUE 30000', 'MINVALUE -5']) setting WHERE identity <> '';

-- identity sequence
SELECT target || '.' || name, format('ALTER SEQUENCE %s RENAME TO mutant', pg_get_serial_sequence(target, name)) FROM attribute WHERE identity <> '';

-- generated
SELECT target || '.' || name, format('ALTER TABLE %s ALTER COLUMN %s DROP EXPRESSION', target, quoted) FROM attribute WHERE generated <> ''
UNION ALL
SELECT target || '.' || name, format('ALTER TABLE %s DROP COLUMN %s CASCADE, ADD COLUMN %2$s %s GENERATED ALWAYS AS (NULL::%3$s) STORED', target, quoted, type)
FROM attribute WHERE kind IN ('r', 'p');

-- collation
SELECT target || '.' || name, format('%s TYPE %s COLLATE %s', alter_column, type, CASE "collation" WHEN '"C"'::regcollation THEN '"POSIX"' ELSE '"C"' END)
FROM attribute WHERE "collation" <> 0 AND kind IN ('r', 'p', 'f')
UNION ALL
SELECT target || '.' || name, format('ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s COLLATE %s', target, quoted, type, CASE "collation" WHEN '"C"'::regcollation THEN '"POSIX"' ELSE '"C"' END)
FROM attribute WHERE "collation" <> 0 AND kind = 'c';

-- storage
SELECT target || '.' || name, format('%s SET STORAGE %s', alter_column, CASE storage WHEN 'e' THEN 'MAIN' ELSE 'EXTERNAL' END)
FROM attribute WHERE length = -1 AND usual_storage <> 'p' AND kind IN ('r', 'p', 'm', 'f');

-- compression
SELECT target || '.' || name, format('%s SET COMPRESSION %s', alter_column, CASE compression WHEN 'p' THEN 'default' ELSE 'pglz' END)
FROM attribute WHERE length = -1 AND usual_storage <> 'p' AND kind IN ('r', 'p', 'm');

-- statistics
SELECT target || '.' || name, format('%s SET STATISTICS %s', alter_column, 123) FROM attribute WHERE kind IN ('r', 'p', 'm', 'f');

-- options
SELECT target || '.' || name, format('%s SET (n_distinct = -0.25)', alter_column) FROM attribute WHERE kind IN ('r', 'm', 'f', 'p')
UNION ALL
SELECT target || '.' || name, format('%s RESET (%s)', alter_column, split_part(option, '=', 1)) FROM attribute, unnest(options) option WHERE kind IN ('r', 'm', 'f');

-- foreign options
SELECT target || '.' || name, format('UPDATE pg_attribute SET attfdwoptions = ''{mutant=1}'' WHERE attrelid = %s AND attnum = %s', oid, number) FROM attribute WHERE kind = 'f';

-- own
SELECT target || '.' || name, format('ALTER TABLE %s NO INHERIT %s', target, (SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = oid LIMIT 1))
FROM attribute WHERE kind = 'r' AND inherited > 0 AND NOT is_partition;
