CREATE SCHEMA kept;
CREATE SCHEMA lost AUTHORIZATION alice;
CREATE SCHEMA "we""ird. Ñame $x$ %s \ 🐘";
CREATE SCHEMA "select";
