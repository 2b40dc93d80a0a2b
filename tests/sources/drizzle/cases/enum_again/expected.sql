CREATE TYPE "public"."sizes" AS ENUM('S', 'L');
CREATE TABLE "shirts" (
	"size" "sizes"
);
