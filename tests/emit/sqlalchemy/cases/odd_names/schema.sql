-- Dots, percent signs and colons, each of which SQLAlchemy or a driver gives a meaning to.
CREATE TABLE "a.b" ("x.y" int PRIMARY KEY, "p" int UNIQUE);
CREATE TABLE c (
    id int PRIMARY KEY, r int NOT NULL REFERENCES "a.b" ("p") ON DELETE CASCADE, s int REFERENCES "a.b",
    CONSTRAINT "odd.name" CHECK (id > 0)
);
CREATE INDEX "ix.dot" ON "a.b" ("x.y" DESC);
CREATE TABLE "per%cent" (
    "a%b" int PRIMARY KEY, t text DEFAULT '50%' CHECK (t LIKE '%:x%'),
    u text GENERATED ALWAYS AS (t || '%:a') STORED, "co:lon" text DEFAULT ' :foo:bar \ \:x' CHECK ("co:lon" <> ' :a ')
);
CREATE INDEX "%" ON "per%cent" ((t || '%'), "a%b" DESC) WHERE t <> ':a %(x)s';
COMMENT ON TABLE "per%cent" IS E'100% :a "quoted" \\ \n next ‮ line';
CREATE TABLE back (id int PRIMARY KEY, s text DEFAULT E'a\\b', q text DEFAULT 'it''s', n text DEFAULT E'x\ny', e text DEFAULT '');
