-- pgjwt 0.2.0: signs and verifies with the HMAC algorithms
-- requires pgcrypto
CREATE FUNCTION @extschema@.url_encode(data bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $_$
    SELECT translate(encode(data, 'base64'), '+/=' || chr(10), '-_')
$_$;
CREATE FUNCTION @extschema@.url_decode(data text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $_$
    SELECT decode(rpad(translate(data, '-_', '+/'), (length(data) + 3) / 4 * 4, '='), 'base64')
$_$;
CREATE FUNCTION @extschema@.algorithm_sign(signables text, secret text, algorithm text) RETURNS text LANGUAGE sql IMMUTABLE AS $_$
    SELECT @extschema@.url_encode(@extschema@.hmac(signables, secret, 'sha' || substr(algorithm, 3)))
$_$;
CREATE FUNCTION @extschema@.sign(payload json, secret text, algorithm text DEFAULT 'HS256') RETURNS text LANGUAGE sql IMMUTABLE AS $_$
    SELECT signables || '.' || @extschema@.algorithm_sign(signables, secret, algorithm)
    FROM (
        SELECT @extschema@.url_encode(convert_to(format('{"alg":"%s","typ":"JWT"}', algorithm), 'UTF8')) || '.'
            || @extschema@.url_encode(convert_to(payload::text, 'UTF8'))
    ) AS token (signables)
$_$;
CREATE FUNCTION @extschema@.verify(token text, secret text, algorithm text DEFAULT 'HS256')
RETURNS TABLE (header json, payload json, valid boolean) LANGUAGE sql IMMUTABLE AS $_$
    SELECT
        convert_from(@extschema@.url_decode(parts[1]), 'UTF8')::json,
        convert_from(@extschema@.url_decode(parts[2]), 'UTF8')::json,
        parts[3] = @extschema@.algorithm_sign(parts[1] || '.' || parts[2], secret, algorithm)
    FROM regexp_split_to_array(token, '\.') AS split (parts)
$_$;
