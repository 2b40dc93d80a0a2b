CREATE SCHEMA app;
CREATE SCHEMA "odd schema";
CREATE FUNCTION public.nano() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' $$;
CREATE FUNCTION public.now() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' $$;
CREATE FUNCTION app.nano(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'x' $$;
CREATE DOMAIN public.email AS text CHECK (VALUE LIKE '%@%');
CREATE DOMAIN app.code AS varchar(5);
CREATE TYPE public.pair AS (a int, b int);
CREATE COLLATION app.plain (LOCALE = 'C');
