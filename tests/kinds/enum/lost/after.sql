CREATE TYPE temper AS ENUM ('sad');
