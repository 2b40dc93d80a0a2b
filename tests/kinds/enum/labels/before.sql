CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE size AS ENUM ('small', 'large');
CREATE TYPE empty AS ENUM ();
CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS ENUM ('it''s', 'back\slash', '$do$', '%s', '🐘', '');
CREATE TABLE people (m mood DEFAULT 'ok', ms mood[] DEFAULT '{sad}', h "we""ird. Ñame $x$ %s \ 🐘" NOT NULL DEFAULT 'it''s');
