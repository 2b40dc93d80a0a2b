CREATE TABLE "defaults" (
	"texts" text[] DEFAULT '{x}'::text[],
	"empty" text[] DEFAULT '{}'::text[],
	"numbers" integer[] DEFAULT '{1,2}'::integer[],
	"decimals" numeric(3,1)[] DEFAULT '{1,2}'::numeric(3,1)[],
	"words" varchar(3)[] DEFAULT '{x,y z}'::varchar(3)[]
);
CREATE TABLE "t" (
	"texts" text[] NOT NULL,
	"numbers" integer[] DEFAULT '{}'::integer[],
	"citexts" citext[],
	"three" text[],
	"documents" jsonb[] DEFAULT '{}'::jsonb[],
	"decimals" numeric(3,1)[],
	"table" text[][] DEFAULT '{}'::text[],
	"words" varchar(3)[]
);
