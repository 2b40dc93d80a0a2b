-- pgcrypto 1.3, 1.4: hashes and random numbers work; crypt() is its own inverse check but not bcrypt; ciphers refuse
CREATE FUNCTION @extschema@.stand_in_sha1(message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $_$@sha1@$_$;

CREATE FUNCTION @extschema@.digest(bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $_$
BEGIN
    CASE lower($2)
        WHEN 'md5' THEN RETURN decode(md5($1), 'hex');
        WHEN 'sha1' THEN RETURN @extschema@.stand_in_sha1($1);
        WHEN 'sha224' THEN RETURN sha224($1);
        WHEN 'sha256' THEN RETURN sha256($1);
        WHEN 'sha384' THEN RETURN sha384($1);
        WHEN 'sha512' THEN RETURN sha512($1);
        ELSE RAISE EXCEPTION 'Cannot use "%": No such hash algorithm', $2 USING ERRCODE = '22023';
    END CASE;
END
$_$;

CREATE FUNCTION @extschema@.digest(text, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $_$
    SELECT @extschema@.digest(convert_to($1, 'UTF8'), $2)
$_$;

CREATE FUNCTION @extschema@.hmac(bytea, bytea, text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $_$
DECLARE
    size int := CASE WHEN lower($3) IN ('sha384', 'sha512') THEN 128 ELSE 64 END;
    secret bytea := CASE WHEN octet_length($2) > size THEN @extschema@.digest($2, $3) ELSE $2 END;
    inner_key bytea;
    outer_key bytea;
BEGIN
    secret := secret || decode(repeat('00', size - octet_length(secret)), 'hex');
    inner_key := secret;
    outer_key := secret;
    FOR i IN 0 .. size - 1 LOOP
        inner_key := set_byte(inner_key, i, get_byte(secret, i) # 54);
        outer_key := set_byte(outer_key, i, get_byte(secret, i) # 92);
    END LOOP;
    RETURN @extschema@.digest(outer_key || @extschema@.digest(inner_key || $1, $3), $3);
END
$_$;

CREATE FUNCTION @extschema@.hmac(text, text, text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $_$
    SELECT @extschema@.hmac(convert_to($1, 'UTF8'), convert_to($2, 'UTF8'), $3)
$_$;

CREATE FUNCTION @extschema@.gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $_$
    SELECT pg_catalog.gen_random_uuid()
$_$;

CREATE FUNCTION @extschema@.gen_random_bytes(int) RETURNS bytea LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $_$
DECLARE
    random bytea := '';
BEGIN
    IF $1 NOT BETWEEN 1 AND 1024 THEN
        RAISE EXCEPTION 'Length not in range' USING ERRCODE = '22023';
    END IF;
    -- A random UUID has six fixed bits; the hash of two has none.
    WHILE octet_length(random) < $1 LOOP
        random := random || sha256(uuid_send(pg_catalog.gen_random_uuid()) || uuid_send(pg_catalog.gen_random_uuid()));
    END LOOP;
    RETURN substr(random, 1, $1);
END
$_$;

CREATE FUNCTION @extschema@.gen_salt(text, int) RETURNS text LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $_$
DECLARE
    letters text := translate(encode(@extschema@.gen_random_bytes(32), 'base64'), '+=' || chr(10), '.');
BEGIN
    CASE lower($1)
        WHEN 'bf' THEN RETURN format('$2a$%s$', lpad((CASE WHEN $2 = 0 THEN 6 ELSE $2 END)::text, 2, '0')) || left(letters, 22);
        WHEN 'md5' THEN RETURN '$1$' || left(letters, 8);
        WHEN 'xdes' THEN RETURN '_J9..' || left(letters, 4);
        WHEN 'des' THEN RETURN left(letters, 2);
        ELSE RAISE EXCEPTION 'gen_salt: Unknown salt algorithm' USING ERRCODE = '22023';
    END CASE;
END
$_$;

CREATE FUNCTION @extschema@.gen_salt(text) RETURNS text LANGUAGE sql VOLATILE STRICT PARALLEL SAFE AS $_$
    SELECT @extschema@.gen_salt($1, 0)
$_$;

-- As with the real one, crypt(password, hash) = hash exactly for the password that the hash was made of.
CREATE FUNCTION @extschema@.crypt(text, text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $_$
DECLARE
    salt text := substring($2 from '^(?:[$]2[abxy]?[$][0-9]{2}[$].{22}|[$]1[$][^$]{0,8}|_.{8}|[^$].)');
    hash text;
BEGIN
    IF salt IS NULL THEN
        RAISE EXCEPTION 'invalid salt' USING ERRCODE = '22023';
    END IF;
    hash := translate(encode(sha256(convert_to(salt || ':' || $1, 'UTF8')), 'base64'), '+=' || chr(10), '.');
    RETURN salt || CASE
        WHEN salt LIKE '$2%' THEN left(hash, 31)
        WHEN salt LIKE '$1$%' THEN '$' || left(hash, 22)
        ELSE left(hash, 11)
    END;
END
$_$;

CREATE FUNCTION @extschema@.armor(bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $_$
    SELECT E'-----BEGIN PGP MESSAGE-----\n\n' || encode($1, 'base64') || E'\n-----END PGP MESSAGE-----\n'
$_$;

CREATE FUNCTION @extschema@.dearmor(text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $_$
    SELECT decode(substring($1 from E'\n\n(.*)\n-----END'), 'base64')
$_$;

DO $make$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT *
        FROM (VALUES
            ('encrypt(bytea, bytea, text)', 'bytea'),
            ('decrypt(bytea, bytea, text)', 'bytea'),
            ('encrypt_iv(bytea, bytea, bytea, text)', 'bytea'),
            ('decrypt_iv(bytea, bytea, bytea, text)', 'bytea'),
            ('pgp_sym_encrypt(text, text)', 'bytea'),
            ('pgp_sym_encrypt(text, text, text)', 'bytea'),
            ('pgp_sym_encrypt_bytea(bytea, text)', 'bytea'),
            ('pgp_sym_encrypt_bytea(bytea, text, text)', 'bytea'),
            ('pgp_sym_decrypt(bytea, text)', 'text'),
            ('pgp_sym_decrypt(bytea, text, text)', 'text'),
            ('pgp_sym_decrypt_bytea(bytea, text)', 'bytea'),
            ('pgp_sym_decrypt_bytea(bytea, text, text)', 'bytea'),
            ('pgp_pub_encrypt(text, bytea)', 'bytea'),
            ('pgp_pub_encrypt(text, bytea, text)', 'bytea'),
            ('pgp_pub_encrypt_bytea(bytea, bytea)', 'bytea'),
            ('pgp_pub_encrypt_bytea(bytea, bytea, text)', 'bytea'),
            ('pgp_pub_decrypt(bytea, bytea)', 'text'),
            ('pgp_pub_decrypt(bytea, bytea, text)', 'text'),
            ('pgp_pub_decrypt(bytea, bytea, text, text)', 'text'),
            ('pgp_pub_decrypt_bytea(bytea, bytea)', 'bytea'),
            ('pgp_pub_decrypt_bytea(bytea, bytea, text)', 'bytea'),
            ('pgp_pub_decrypt_bytea(bytea, bytea, text, text)', 'bytea'),
            ('pgp_key_id(bytea)', 'text')
        ) AS functions (signature, result)
    LOOP
        EXECUTE format(
            'CREATE FUNCTION @extschema@.%s RETURNS %s LANGUAGE plpgsql STRICT AS '
            '$body$BEGIN RAISE EXCEPTION ''%s needs the real pgcrypto, which this server lacks'' USING ERRCODE = ''0A000''; END$body$',
            wanted.signature, wanted.result, wanted.signature
        );
    END LOOP;
END
$make$;
