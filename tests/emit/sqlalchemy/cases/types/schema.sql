-- Every type that SQLAlchemy has a class for, and some that it has none for.
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE types (
    id smallint PRIMARY KEY, a bigint, b real, c float8, d char(3), e bpchar, f bit(3), g varbit(5), h bytea, i interval,
    j interval day to second(3), k interval(2), l time, m timetz, n timestamp(0), o inet, p cidr, q macaddr, r money,
    s tsvector, t int4range, u tstzrange, v datemultirange, w xml, x point, y name, z oid, aa numeric, bb numeric(5),
    cc int[], dd varchar(3)[], ee timestamptz[], ff jsonb[], gg uuid[], hh regclass, ii text COLLATE "C", jj jsonpath,
    kk bit, ll varbit, mm macaddr8, nn time(2), oo tsquery, pp pg_lsn, qq int2[], rr int4multirange,
    ss bool DEFAULT true, tt date NOT NULL DEFAULT '2020-01-01', uu interval NOT NULL DEFAULT '1 day',
    vv text[] DEFAULT ARRAY['a', 'b'], xx float8 DEFAULT 1.5, yy bytea DEFAULT '\x00', zz char(2) NOT NULL DEFAULT 'de',
    ab varchar, ac varchar(20) COLLATE "POSIX", ad "char", ae mood, af mood[] NOT NULL DEFAULT '{}', ag numeric(5, -2),
    ah time(3) with time zone, ai interval year to month, aj numrange, ak int8range, al daterange, am tsrange, an json,
    ao mood NOT NULL DEFAULT 'ok', ap numeric(10, 2) NOT NULL DEFAULT 0, aq bigint DEFAULT -1, ar int DEFAULT (1 + 2),
    at text DEFAULT CURRENT_USER, au jsonb NOT NULL, av jsonb NOT NULL DEFAULT '{}', aw jsonb, ax uuid,
    CONSTRAINT is_array CHECK (jsonb_typeof(aw) = 'array'),
    lower text GENERATED ALWAYS AS (lower(ab::text || 'x'::text)) STORED
);
CREATE TABLE casts (id int PRIMARY KEY, a varchar DEFAULT 'x'::text, b varchar DEFAULT 'x', c text DEFAULT 'x'::varchar, d text DEFAULT 'x');
