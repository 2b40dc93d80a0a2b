CREATE SEQUENCE plain;
CREATE SEQUENCE narrow AS smallint START 5 INCREMENT -2 MINVALUE -100 MAXVALUE 10 CACHE 7 CYCLE;
CREATE SEQUENCE "we""ird. Ñame $x$ %s \ 🐘";
CREATE SEQUENCE "sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t" OWNED BY NONE;
CREATE TABLE t (id serial, big bigserial);
CREATE TABLE owning (id int);
CREATE SEQUENCE owned OWNED BY owning.id;
ALTER SEQUENCE plain OWNER TO alice;
