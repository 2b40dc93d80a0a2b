-- moddatetime 1.0: works as the real one
CREATE FUNCTION @extschema@.moddatetime() RETURNS trigger LANGUAGE plpgsql AS $_$
BEGIN
    RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], now()));
END
$_$;
