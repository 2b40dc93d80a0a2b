
-- Extensions that every project finds in schema extensions. Where the server does not have one, its functions are made by
-- the stand-in below and noted as that extension, so that CREATE EXTENSION IF NOT EXISTS finds it.
DO $outer$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'uuid-ossp') THEN
        CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA extensions;
    ELSIF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'uuid-ossp') THEN
        EXECUTE $stand_in$
@stand-in uuid-ossp@
        $stand_in$;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pgcrypto') THEN
        CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA extensions;
    ELSIF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pgcrypto') THEN
        EXECUTE $stand_in$
@stand-in pgcrypto@
        $stand_in$;
    END IF;
END
$outer$;
