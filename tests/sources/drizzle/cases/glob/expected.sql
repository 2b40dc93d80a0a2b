CREATE TABLE "Three_sql" (
	"id" integer
);
CREATE TABLE "two_sql" (
	"id" integer
);
CREATE TABLE "one_sql" (
	"id" integer
);
CREATE TABLE "x" (
	"id" integer
);
CREATE TABLE "more" (
	"a" integer
);
