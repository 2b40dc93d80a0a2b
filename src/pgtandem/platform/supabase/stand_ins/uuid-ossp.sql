-- uuid-ossp 1.1: every function works; the node of version 1 is random
CREATE FUNCTION @extschema@.stand_in_uuid_sha1(message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $_$@sha1@$_$;

CREATE FUNCTION @extschema@.stand_in_uuid(hash bytea, version int) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $_$
    SELECT encode(
        set_byte(set_byte(substr(hash, 1, 16), 6, (get_byte(hash, 6) & 15) | (version << 4)), 8, (get_byte(hash, 8) & 63) | 128),
        'hex'
    )::uuid
$_$;

CREATE FUNCTION @extschema@.uuid_nil() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $_$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $_$;
CREATE FUNCTION @extschema@.uuid_ns_dns() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $_$ SELECT '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid $_$;
CREATE FUNCTION @extschema@.uuid_ns_url() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $_$ SELECT '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid $_$;
CREATE FUNCTION @extschema@.uuid_ns_oid() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $_$ SELECT '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid $_$;
CREATE FUNCTION @extschema@.uuid_ns_x500() RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $_$ SELECT '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid $_$;

CREATE FUNCTION @extschema@.uuid_generate_v1() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $_$
    -- Tenths of microseconds since the calendar reform of 1582; the node's multicast bit says that it is no address.
    SELECT (
        right(clock, 8) || substr(clock, 4, 4) || '1' || left(clock, 3)
        || to_hex(32768 | (get_byte(random, 0) << 6 | get_byte(random, 1) & 63))
        || encode(set_byte(substr(random, 11, 6), 0, get_byte(random, 10) | 1), 'hex')
    )::uuid
    FROM (
        SELECT
            lpad(to_hex((extract(epoch FROM clock_timestamp()) * 10000000)::bigint + 122192928000000000), 15, '0'),
            uuid_send(gen_random_uuid())
    ) AS now (clock, random)
$_$;
CREATE FUNCTION @extschema@.uuid_generate_v1mc() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS
    $_$ SELECT @extschema@.uuid_generate_v1() $_$;
CREATE FUNCTION @extschema@.uuid_generate_v3(namespace uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $_$ SELECT @extschema@.stand_in_uuid(decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex'), 3) $_$;
CREATE FUNCTION @extschema@.uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS
    $_$ SELECT gen_random_uuid() $_$;
CREATE FUNCTION @extschema@.uuid_generate_v5(namespace uuid, name text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
    $_$ SELECT @extschema@.stand_in_uuid(@extschema@.stand_in_uuid_sha1(uuid_send(namespace) || convert_to(name, 'UTF8')), 5) $_$;
