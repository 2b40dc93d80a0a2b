CREATE DOMAIN plain AS bigint;
CREATE DOMAIN bare AS text[];
CREATE DOMAIN email AS varchar(101) DEFAULT 'a@c' CONSTRAINT has_at CHECK (VALUE LIKE '%@%_');
CREATE DOMAIN "we""ird. Ñame $x$ %s \ 🐘" AS text CONSTRAINT "we""ird. Ñame $x$ %s \ 🐘" CHECK (VALUE <> 'it''s $do$ %d');
CREATE DOMAIN nested AS email NOT NULL;
CREATE DOMAIN listed AS int[];
CREATE DOMAIN choice AS varchar CHECK (VALUE IN ('a', 'c'));
ALTER DOMAIN plain ADD CONSTRAINT later CHECK (VALUE > 0);
CREATE TABLE t (a plain, b email, c "we""ird. Ñame $x$ %s \ 🐘", d nested, e listed, f choice DEFAULT 'a', g bare[]);
