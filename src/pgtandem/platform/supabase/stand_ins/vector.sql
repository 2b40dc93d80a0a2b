-- vector 0.8.0: values are kept as text with their length unchecked; distances are computed, indexes are not
CREATE TYPE @extschema@.vector;
CREATE FUNCTION @extschema@.vector_in(cstring, oid, int) RETURNS @extschema@.vector LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION @extschema@.vector_out(@extschema@.vector) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION @extschema@.vector_typmod_in(cstring[]) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION @extschema@.vector_typmod_out(int) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE TYPE @extschema@.vector (
    INPUT = @extschema@.vector_in, OUTPUT = @extschema@.vector_out, TYPMOD_IN = @extschema@.vector_typmod_in,
    TYPMOD_OUT = @extschema@.vector_typmod_out, STORAGE = extended
);
CREATE CAST (@extschema@.vector AS text) WITHOUT FUNCTION;
CREATE CAST (text AS @extschema@.vector) WITHOUT FUNCTION;
CREATE FUNCTION @extschema@.stand_in_numbers(@extschema@.vector) RETURNS real[] LANGUAGE sql IMMUTABLE STRICT AS
    $_$ SELECT translate($1::text, '[]', '{}')::real[] $_$;
CREATE FUNCTION @extschema@.array_to_vector(real[], int, boolean) RETURNS @extschema@.vector LANGUAGE sql IMMUTABLE STRICT AS
    $_$ SELECT translate($1::text, '{}', '[]')::@extschema@.vector $_$;
CREATE CAST (real[] AS @extschema@.vector) WITH FUNCTION @extschema@.array_to_vector(real[], int, boolean) AS ASSIGNMENT;
CREATE FUNCTION @extschema@.l2_distance(@extschema@.vector, @extschema@.vector) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT AS
    $_$ SELECT sqrt(sum((a - b) * (a - b))) FROM unnest(@extschema@.stand_in_numbers($1), @extschema@.stand_in_numbers($2)) AS both_ (a, b) $_$;
CREATE FUNCTION @extschema@.inner_product(@extschema@.vector, @extschema@.vector) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT AS
    $_$ SELECT sum(a * b)::double precision FROM unnest(@extschema@.stand_in_numbers($1), @extschema@.stand_in_numbers($2)) AS both_ (a, b) $_$;
CREATE FUNCTION @extschema@.vector_negative_inner_product(@extschema@.vector, @extschema@.vector) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT AS
    $_$ SELECT -@extschema@.inner_product($1, $2) $_$;
CREATE FUNCTION @extschema@.cosine_distance(@extschema@.vector, @extschema@.vector) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT AS
    $_$ SELECT 1 - @extschema@.inner_product($1, $2) / sqrt(@extschema@.inner_product($1, $1) * @extschema@.inner_product($2, $2)) $_$;
CREATE FUNCTION @extschema@.vector_dims(@extschema@.vector) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS
    $_$ SELECT cardinality(@extschema@.stand_in_numbers($1)) $_$;
CREATE OPERATOR @extschema@.<-> (LEFTARG = @extschema@.vector, RIGHTARG = @extschema@.vector, FUNCTION = @extschema@.l2_distance, COMMUTATOR = <->);
CREATE OPERATOR @extschema@.<#> (
    LEFTARG = @extschema@.vector, RIGHTARG = @extschema@.vector, FUNCTION = @extschema@.vector_negative_inner_product, COMMUTATOR = <#>
);
CREATE OPERATOR @extschema@.<=> (LEFTARG = @extschema@.vector, RIGHTARG = @extschema@.vector, FUNCTION = @extschema@.cosine_distance, COMMUTATOR = <=>);
