CREATE SCHEMA kept AUTHORIZATION bob;
CREATE SCHEMA "we""ird. Ñame $x$ %s \ 🐘" AUTHORIZATION "O'Hara ""the 1st"". $x$ %s \";
CREATE SCHEMA "sixty_three_bytes_of_a_name_sixty_three_bytes_of_a_name_sixty_t";
CREATE SCHEMA "select";
