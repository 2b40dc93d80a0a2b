-- pgmq 1.4.4, 1.5.1: queues work; partitioned ones, metrics and polling are missing
-- in schema pgmq
CREATE TABLE pgmq.meta (
    queue_name varchar PRIMARY KEY, is_partitioned boolean NOT NULL DEFAULT false, is_unlogged boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TYPE pgmq.message_record AS (msg_id bigint, read_ct int, enqueued_at timestamptz, vt timestamptz, message jsonb);
CREATE FUNCTION pgmq.create_non_partitioned(queue_name text) RETURNS void LANGUAGE plpgsql AS $_$
BEGIN
    INSERT INTO pgmq.meta (queue_name) VALUES ($1) ON CONFLICT DO NOTHING;
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS pgmq.%I (msg_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, read_ct int NOT NULL DEFAULT 0, '
        'enqueued_at timestamptz NOT NULL DEFAULT now(), vt timestamptz NOT NULL, message jsonb)', 'q_' || lower($1));
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS pgmq.%I (msg_id bigint PRIMARY KEY, read_ct int NOT NULL DEFAULT 0, '
        'enqueued_at timestamptz NOT NULL DEFAULT now(), archived_at timestamptz NOT NULL DEFAULT now(), vt timestamptz NOT NULL, '
        'message jsonb)', 'a_' || lower($1));
END
$_$;
CREATE FUNCTION pgmq."create"(queue_name text) RETURNS void LANGUAGE sql AS $_$ SELECT pgmq.create_non_partitioned($1) $_$;
CREATE FUNCTION pgmq.create_unlogged(queue_name text) RETURNS void LANGUAGE sql AS $_$ SELECT pgmq.create_non_partitioned($1) $_$;
CREATE FUNCTION pgmq.drop_queue(queue_name text) RETURNS boolean LANGUAGE plpgsql AS $_$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS pgmq.%I, pgmq.%I', 'q_' || lower($1), 'a_' || lower($1));
    DELETE FROM pgmq.meta AS meta WHERE meta.queue_name = $1;
    RETURN FOUND;
END
$_$;
CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, delay int DEFAULT 0) RETURNS SETOF bigint LANGUAGE plpgsql AS $_$
BEGIN
    RETURN QUERY EXECUTE format('INSERT INTO pgmq.%I (vt, message) VALUES (clock_timestamp() + $2, $1) RETURNING msg_id', 'q_' || lower($1))
        USING msg, make_interval(secs => delay);
END
$_$;
CREATE FUNCTION pgmq.send_batch(queue_name text, msgs jsonb[], delay int DEFAULT 0) RETURNS SETOF bigint LANGUAGE sql AS $_$
    SELECT pgmq.send($1, msg, $3) FROM unnest($2) AS messages (msg)
$_$;
CREATE FUNCTION pgmq.read(queue_name text, vt int, qty int, conditional jsonb DEFAULT '{}') RETURNS SETOF pgmq.message_record
LANGUAGE plpgsql AS $_$
BEGIN
    RETURN QUERY EXECUTE format(
        'UPDATE pgmq.%1$I AS queue SET read_ct = read_ct + 1, vt = clock_timestamp() + $2 FROM (SELECT msg_id FROM pgmq.%1$I '
        'WHERE vt <= clock_timestamp() AND message @> $3 ORDER BY msg_id LIMIT $1 FOR UPDATE SKIP LOCKED) AS next '
        'WHERE queue.msg_id = next.msg_id RETURNING queue.msg_id, read_ct, enqueued_at, vt, message', 'q_' || lower($1))
        USING qty, make_interval(secs => vt), conditional;
END
$_$;
CREATE FUNCTION pgmq.pop(queue_name text) RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $_$
BEGIN
    RETURN QUERY EXECUTE format(
        'DELETE FROM pgmq.%1$I WHERE msg_id = (SELECT msg_id FROM pgmq.%1$I WHERE vt <= clock_timestamp() ORDER BY msg_id LIMIT 1 '
        'FOR UPDATE SKIP LOCKED) RETURNING msg_id, read_ct, enqueued_at, vt, message', 'q_' || lower($1));
END
$_$;
CREATE FUNCTION pgmq.delete(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE plpgsql AS $_$
DECLARE
    deleted int;
BEGIN
    EXECUTE format('DELETE FROM pgmq.%I WHERE msg_id = $1', 'q_' || lower($1)) USING msg_id;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted > 0;
END
$_$;
CREATE FUNCTION pgmq.archive(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE plpgsql AS $_$
DECLARE
    moved int;
BEGIN
    EXECUTE format(
        'WITH gone AS (DELETE FROM pgmq.%I WHERE msg_id = $1 RETURNING msg_id, read_ct, enqueued_at, vt, message) '
        'INSERT INTO pgmq.%I (msg_id, read_ct, enqueued_at, vt, message) SELECT * FROM gone', 'q_' || lower($1), 'a_' || lower($1))
        USING msg_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved > 0;
END
$_$;
CREATE FUNCTION pgmq.purge_queue(queue_name text) RETURNS bigint LANGUAGE plpgsql AS $_$
DECLARE
    deleted bigint;
BEGIN
    EXECUTE format('DELETE FROM pgmq.%I', 'q_' || lower($1));
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$_$;
CREATE FUNCTION pgmq.list_queues() RETURNS TABLE (queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz)
LANGUAGE sql AS $_$ SELECT * FROM pgmq.meta $_$;
-- The platform hands over what the extension made to whoever asked for it, who makes queues with it.
ALTER TABLE pgmq.meta OWNER TO @extowner@;
