-- PostgreSQL 17
CREATE DOMAIN plain AS integer NOT NULL;
CREATE DOMAIN "na.med" AS integer CONSTRAINT "must ""be""" NOT NULL;
CREATE DOMAIN other AS integer CONSTRAINT first NOT NULL;
CREATE DOMAIN free AS integer;
