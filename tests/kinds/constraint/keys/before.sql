CREATE TABLE a (x int PRIMARY KEY, y int UNIQUE, z int, CONSTRAINT "we""ird. Ñame $x$ %s \ 🐘" UNIQUE (y, z));
CREATE TABLE b (x int, y int, PRIMARY KEY (x, y), UNIQUE (y) DEFERRABLE, UNIQUE NULLS NOT DISTINCT (x) INCLUDE (y));
CREATE TABLE c (x int REFERENCES a, y int REFERENCES a (y) ON DELETE CASCADE, z int, w int, FOREIGN KEY (z, w) REFERENCES b (x, y) MATCH FULL ON UPDATE SET NULL ON DELETE SET DEFAULT (w) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "Self ""x"". $y$ %s \" ("we""ird. Ñame $x$ %s \ 🐘" int CONSTRAINT "sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t" REFERENCES a, self int, PRIMARY KEY ("we""ird. Ñame $x$ %s \ 🐘"), CONSTRAINT "select" FOREIGN KEY (self) REFERENCES "Self ""x"". $y$ %s \");
CREATE TABLE first (id int PRIMARY KEY, other int);
CREATE TABLE second (id int PRIMARY KEY, other int REFERENCES first);
ALTER TABLE first ADD FOREIGN KEY (other) REFERENCES second;
CREATE TABLE options (a int PRIMARY KEY WITH (fillfactor = 60), b int NOT NULL UNIQUE);
ALTER TABLE options CLUSTER ON options_pkey, REPLICA IDENTITY USING INDEX options_b_key;
