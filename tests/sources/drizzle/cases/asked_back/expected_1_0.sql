CREATE TABLE "ab_0" (
	"n" integer DEFAULT 6
);
CREATE TABLE "ab_1" (
	"n" integer DEFAULT 7
);
CREATE TABLE "ab_2" (
	"n" integer DEFAULT 8
);
CREATE TABLE "answers" (
	"keys" text DEFAULT 'asked_code_title_pk,asked_title_free_unique',
	"checks" text DEFAULT 'free_fits',
	"widths" integer[] DEFAULT '{4,9,3,2}'::integer[],
	"free" text DEFAULT 'undefined',
	"zoned" boolean DEFAULT true,
	"names" text DEFAULT 'code/title/price/seen/free',
	"same" boolean DEFAULT true,
	"required" text[] DEFAULT '{varchar(80)}'::text[]
);
CREATE TABLE "asked" (
	"code" char(4),
	"title" varchar(80) UNIQUE,
	"price" numeric(9,3),
	"seen" timestamp(2) with time zone DEFAULT now(),
	"free" text,
	CONSTRAINT "asked_pkey" PRIMARY KEY("code","title"),
	CONSTRAINT "asked_title_free_unique" UNIQUE NULLS NOT DISTINCT("title","free"),
	CONSTRAINT "free_fits" CHECK (length("free") <= 80)
);
CREATE TABLE "c_0" (
	"n" integer DEFAULT 9
);
CREATE TABLE "t22_end" (
	"a" text
);
