-- Every sort of key and constraint.
CREATE TABLE parents (a int, b int, c int UNIQUE, PRIMARY KEY (a, b));
CREATE TABLE reversed (b int, a int, PRIMARY KEY (a, b));
CREATE TABLE named (id int CONSTRAINT my_key PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE including (id int, x int, CONSTRAINT including_pkey PRIMARY KEY (id) INCLUDE (x));
CREATE TABLE children (
    id int PRIMARY KEY, a int, b int NOT NULL, c int,
    CONSTRAINT up FOREIGN KEY (a, b) REFERENCES parents ON UPDATE CASCADE ON DELETE SET NULL (a),
    CONSTRAINT full_match FOREIGN KEY (a, c) REFERENCES parents MATCH FULL ON DELETE RESTRICT,
    CONSTRAINT by_c FOREIGN KEY (c) REFERENCES parents (c) ON UPDATE SET DEFAULT ON DELETE SET DEFAULT
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT once UNIQUE NULLS NOT DISTINCT (c) INCLUDE (b) DEFERRABLE
);
CREATE TABLE doubled (
    id int PRIMARY KEY, u int, CONSTRAINT f1 FOREIGN KEY (u) REFERENCES children,
    CONSTRAINT f2 FOREIGN KEY (u) REFERENCES children ON DELETE CASCADE
);
CREATE TABLE excluding (
    id int PRIMARY KEY, low int, high int, name text,
    CONSTRAINT apart EXCLUDE USING gist (int4range(low, high) WITH &&) WHERE (low > 0) DEFERRABLE,
    CONSTRAINT hashed EXCLUDE USING btree (name text_pattern_ops WITH =, (low + 1) WITH =)
);
CREATE TABLE checks (
    id int PRIMARY KEY, v varchar(9), n int, t text, m numeric, "In" varchar,
    CONSTRAINT c1 CHECK (v IN ('a', 'b') OR v IS NULL), CONSTRAINT c2 CHECK (n IN (1, 2)),
    CONSTRAINT c3 CHECK (t NOT IN ('x', 'y''z') AND lower(v) IN ('q', 'r')), CONSTRAINT c4 CHECK (v IN ('one')),
    CONSTRAINT c5 CHECK (m IN (1, 2.5) AND v NOT IN ('n', 'o')),
    CONSTRAINT c6 CHECK (CASE WHEN n > 0 THEN true ELSE false END), CONSTRAINT c7 CHECK ("In" IN ('x (', '], ARRAY[')),
    CONSTRAINT c8 CHECK (v = ANY (ARRAY['a', NULL]) OR v::text = ANY (string_to_array('a,b', ','))),
    CONSTRAINT c9 CHECK ((v || t) IN ('a', 'b') AND n::text IN ('1', '2'))
);
