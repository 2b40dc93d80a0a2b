-- pg_stat_statements 1.10, 1.11: the view is there and always empty
CREATE VIEW @extschema@.pg_stat_statements AS
    SELECT NULL::oid AS userid, NULL::oid AS dbid, NULL::bool AS toplevel, NULL::bigint AS queryid, NULL::text AS query,
        NULL::bigint AS plans, NULL::double precision AS total_plan_time, NULL::bigint AS calls,
        NULL::double precision AS total_exec_time, NULL::double precision AS mean_exec_time, NULL::bigint AS rows
    WHERE false;
CREATE FUNCTION @extschema@.pg_stat_statements_reset() RETURNS void LANGUAGE sql AS $_$ SELECT $_$;
