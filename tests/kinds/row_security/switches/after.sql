CREATE TABLE twofold (a int); ALTER TABLE twofold ENABLE ROW LEVEL SECURITY;
CREATE TABLE forced (a int);
CREATE TABLE enabled (a int); ALTER TABLE enabled ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE "we""ird. Ñame $x$ %s \ 🐘" (a int); ALTER TABLE "we""ird. Ñame $x$ %s \ 🐘" ENABLE ROW LEVEL SECURITY;
