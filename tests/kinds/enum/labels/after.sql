CREATE TYPE mood AS ENUM ('sad', 'happy', 'ok');
CREATE TYPE size AS ENUM ('small', 'large', 'huge');
CREATE TYPE empty AS ENUM ('not');
CREATE TYPE "we""ird. Ñame $x$ %s \ 🐘" AS ENUM ('it''s', 'back\slash', '$do$', '%s', '🐘', ' ');
CREATE TABLE people (m mood DEFAULT 'ok', ms mood[] DEFAULT '{happy}', h "we""ird. Ñame $x$ %s \ 🐘" NOT NULL DEFAULT '🐘');
