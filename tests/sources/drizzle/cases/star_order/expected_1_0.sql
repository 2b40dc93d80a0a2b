CREATE TABLE "big" (
	"id" integer
);
CREATE TABLE "own" (
	"id" integer
);
CREATE TABLE "last" (
	"id" integer
);
CREATE TABLE "middle" (
	"id" integer
);
CREATE TABLE "same_here" (
	"id" integer
);
CREATE TABLE "z1" (
	"id" integer
);
CREATE TABLE "z2" (
	"id" integer
);
CREATE TABLE "b_in_a" (
	"id" integer
);
