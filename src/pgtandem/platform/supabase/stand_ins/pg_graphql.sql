-- pg_graphql 1.5.11: the function that answers queries is there, and answers with an error
DO $make$ BEGIN IF to_regnamespace('graphql') IS NULL THEN CREATE SCHEMA graphql; END IF; END $make$;
CREATE FUNCTION graphql.resolve(query text, variables jsonb DEFAULT '{}', "operationName" text DEFAULT NULL, extensions jsonb DEFAULT NULL)
RETURNS jsonb LANGUAGE sql STABLE AS $_$ SELECT '{"errors": [{"message": "this server has only a stand-in for pg_graphql"}]}'::jsonb $_$;
