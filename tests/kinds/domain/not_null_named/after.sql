-- PostgreSQL 17
CREATE DOMAIN plain AS integer CONSTRAINT named NOT NULL;
CREATE DOMAIN "na.med" AS integer NOT NULL;
CREATE DOMAIN other AS integer;
CREATE DOMAIN free AS integer CONSTRAINT late NOT NULL;
