CREATE TYPE "mood" AS ENUM('sad', 'ok');
CREATE TABLE "by_callback" (
	"id" serial PRIMARY KEY,
	"the_name" varchar(3),
	"when" timestamp NOT NULL,
	"ownerId" uuid
);
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"firstName" text,
	"lastName" varchar(20) NOT NULL,
	"age" integer DEFAULT 3,
	"bigOne" bigint,
	"createdAt" timestamp with time zone DEFAULT now(),
	"mood" "mood",
	"moodList" "mood"[],
	"price" numeric(5,1),
	"settings" jsonb DEFAULT '{"dark":true}',
	"flag" boolean DEFAULT false NOT NULL,
	"odd key" text
);
ALTER TABLE "by_callback" ADD CONSTRAINT "by_callback_ownerId_people_id_fkey" FOREIGN KEY ("ownerId") REFERENCES "people"("id");
