CREATE TABLE "defaults" (
	"texts" text[] DEFAULT '{"x"}',
	"empty" text[] DEFAULT '{}',
	"numbers" integer[] DEFAULT '{1,2}',
	"decimals" numeric(3,1)[] DEFAULT '{1,2}',
	"words" varchar(3)[] DEFAULT '{"x","y z"}'
);
CREATE TABLE "t" (
	"texts" text[] NOT NULL,
	"numbers" integer[] DEFAULT '{}',
	"citexts" "citext"[],
	"three" text[3],
	"documents" jsonb[] DEFAULT '{}',
	"decimals" numeric(3,1)[],
	"table" text[][] DEFAULT '{}',
	"words" varchar(3)[]
);
