-- The roles that the cases name. Roles belong to the whole server, so they stay.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['alice', 'bob', 'carol', 'rightless', E'O\'Hara "the 1st". $x$ %s \\'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I', name);
    END IF;
  END LOOP;
END
$$;
