CREATE TABLE "buffers" (
	"base64" text DEFAULT 'aGVsbG8gd8O2cmxk4oKs8J+YgA==',
	"from_base64" text DEFAULT '69',
	"base64url" text DEFAULT '68693ffb',
	"from_hex" text DEFAULT 'hello',
	"not_hex" text DEFAULT '||',
	"in_sql" text DEFAULT '\x6869'::bytea,
	"bytes" text DEFAULT '0102ff',
	"length" integer DEFAULT 6,
	"joined" text DEFAULT 'ab',
	"utf16" text DEFAULT 'dwD2AHIAbABkAKwgPdgA3g',
	"broken" text DEFAULT '��A😀�����',
	"half" text DEFAULT 'efbfbd',
	"filled" text DEFAULT 'ababa',
	"written" text DEFAULT 'template',
	"part" text DEFAULT 'é',
	"kinds" text DEFAULT 'true true bc',
	"json" jsonb DEFAULT '{"b":{"type":"Buffer","data":[97]}}'::jsonb
);
CREATE TABLE "copies" (
	"object" jsonb DEFAULT '{"a":[1,{"b":2},null],"c":"1970-01-01T00:00:00.000Z","e":{},"f":null}'::jsonb,
	"map" integer DEFAULT 1,
	"list" jsonb DEFAULT '[3]'::jsonb
);
CREATE TABLE "encodings" (
	"btoa" text DEFAULT 'aGVsbG8/Pv8=',
	"atob" text DEFAULT 'hello',
	"encoder" integer DEFAULT 10,
	"decoder" text DEFAULT 'hi�',
	"both" text DEFAULT '€'
);
CREATE TABLE "order" (
	"sorted" text DEFAULT '_,1,10,2,a,A,ä,a_b,a-b,ab,b,e,é,z,Z',
	"compared" text DEFAULT '1,1,-1,0,1,-1',
	"lower" text DEFAULT 'äb'
);
CREATE TABLE "times" (
	"text" text DEFAULT 'Tue Jan 02 2024 03:04:05 GMT+0000 (Coordinated Universal Time)',
	"day" text DEFAULT 'Tue Jan 02 2024',
	"time" text DEFAULT '03:04:05 GMT+0000 (Coordinated Universal Time)',
	"utc" text DEFAULT 'Tue, 02 Jan 2024 03:04:05 GMT',
	"added" text DEFAULT 'at Mon Jul 01 2024 00:00:00 GMT+0000 (Coordinated Universal Time)',
	"offset" integer DEFAULT 0,
	"parts" text DEFAULT '2024-01-01T00:00:00.000Z',
	"year" text DEFAULT '1999-02-01T00:00:00.000Z',
	"invalid" text DEFAULT 'Invalid Date NaN',
	"iso" text DEFAULT '2024-07-01T10:00:00.000Z',
	"zoned" text DEFAULT '2024-07-01T08:00:00.000Z',
	"words" text DEFAULT '2024-07-01T10:00:00.000Z',
	"slashes" text DEFAULT '2024-07-01T00:00:00.000Z',
	"space" text DEFAULT '2024-07-01T10:00:00.000Z',
	"mail" text DEFAULT '2024-07-01T00:00:00.000Z',
	"month" text DEFAULT '2024-07-01T00:00:00.000Z',
	"set" text DEFAULT '2020-02-03T05:06:00.000Z 1 5 2020'
);
