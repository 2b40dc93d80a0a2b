CREATE DOMAIN plain AS int;
CREATE DOMAIN bare AS text;
CREATE DOMAIN email AS varchar(100) COLLATE "C" NOT NULL DEFAULT 'a@b' CONSTRAINT has_at CHECK (VALUE LIKE '%@%') CHECK (length(VALUE) > 3);
CREATE DOMAIN "we""ird. Ñame $x$ %s \ 🐘" AS text CONSTRAINT "we""ird. Ñame $x$ %s \ 🐘" CHECK (VALUE <> 'it''s $do$ %s');
CREATE DOMAIN nested AS email CHECK (VALUE <> 'x@y');
CREATE DOMAIN listed AS text[] CHECK (array_length(VALUE, 1) < 5);
CREATE DOMAIN choice AS varchar CHECK (VALUE IN ('a', 'b'));
ALTER DOMAIN plain ADD CONSTRAINT later CHECK (VALUE > 0) NOT VALID;
CREATE TABLE t (a plain, b email, c "we""ird. Ñame $x$ %s \ 🐘", d nested, e listed, f choice DEFAULT 'a', g bare[]);
