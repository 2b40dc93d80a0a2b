CREATE SCHEMA "alpha";
CREATE SCHEMA "zeta";
CREATE TYPE "from_array" AS ENUM('a', 'b');
CREATE TYPE "from_const" AS ENUM('x', 'y');
CREATE TYPE "from_object" AS ENUM('low', 'high', 'very''high');
CREATE TYPE "from_spread" AS ENUM('x', 'y', 'z');
CREATE TYPE "from_values" AS ENUM('low', 'high', 'very''high');
CREATE TYPE "zeta"."in_schema" AS ENUM('p', 'q');
CREATE SEQUENCE "public"."s1" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;
CREATE SEQUENCE "public"."s2" INCREMENT BY 10 MINVALUE 1 MAXVALUE 10000 START WITH 100 CACHE 5 CYCLE;
CREATE SEQUENCE "alpha"."s3" INCREMENT BY -1 MINVALUE -9223372036854775808 MAXVALUE -1 START WITH -1 CACHE 1;
CREATE SEQUENCE "public"."s4" INCREMENT BY 2 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 9 CACHE 1;
CREATE TABLE "not_exported"."t" (
	"id" integer
);
CREATE TABLE "alpha"."t" (
	"a" "from_array" DEFAULT 'a'::"from_array" NOT NULL,
	"b" "zeta"."in_schema",
	"c" "zeta"."in_schema"[],
	"d" "hidden",
	"e" "from_object" DEFAULT 'high'::"from_object",
	"f" text,
	"g" integer DEFAULT 6,
	"h" "zeta"."in_schema"
);
