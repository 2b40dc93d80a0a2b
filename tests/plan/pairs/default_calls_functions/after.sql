CREATE FUNCTION z_headers() RETURNS jsonb STABLE LANGUAGE sql AS $$ SELECT '{"agent": "none"}'::jsonb $$;
CREATE FUNCTION y_header(name text) RETURNS text STABLE LANGUAGE sql AS $$ SELECT public.z_headers() ->> name $$;
CREATE FUNCTION agent() RETURNS text STABLE LANGUAGE sql AS $$ SELECT public.y_header('agent') $$;
CREATE TABLE download (id bigint PRIMARY KEY, agent text DEFAULT agent());
