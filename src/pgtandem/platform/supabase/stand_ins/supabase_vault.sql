-- supabase_vault 0.3.1, 0.2.8: secrets are stored as they are, not encrypted
-- in schema vault
CREATE TABLE vault.secrets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text, description text NOT NULL DEFAULT '', secret text NOT NULL, key_id uuid,
    nonce bytea, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX secrets_name_idx ON vault.secrets (name) WHERE name IS NOT NULL;
CREATE VIEW vault.decrypted_secrets AS
    SELECT id, name, description, secret, secret AS decrypted_secret, key_id, nonce, created_at, updated_at FROM vault.secrets;
CREATE FUNCTION vault.create_secret(
    new_secret text, new_name text DEFAULT NULL, new_description text DEFAULT '', new_key_id uuid DEFAULT NULL
) RETURNS uuid LANGUAGE sql SECURITY DEFINER AS $_$
    INSERT INTO vault.secrets (secret, name, description) VALUES ($1, $2, $3) RETURNING id
$_$;
CREATE FUNCTION vault.update_secret(
    secret_id uuid, new_secret text DEFAULT NULL, new_name text DEFAULT NULL, new_description text DEFAULT NULL, new_key_id uuid DEFAULT NULL
) RETURNS void LANGUAGE sql SECURITY DEFINER AS $_$
    UPDATE vault.secrets
    SET secret = coalesce($2, secret), name = coalesce($3, name), description = coalesce($4, description), updated_at = now()
    WHERE id = $1
$_$;
REVOKE ALL ON FUNCTION vault.create_secret, vault.update_secret FROM PUBLIC;
DO $make$
BEGIN
    IF to_regrole('service_role') IS NOT NULL THEN
        GRANT USAGE ON SCHEMA vault TO postgres, service_role;
        GRANT SELECT, DELETE ON vault.secrets, vault.decrypted_secrets TO postgres WITH GRANT OPTION;
        GRANT SELECT, DELETE ON vault.secrets, vault.decrypted_secrets TO service_role;
        GRANT EXECUTE ON FUNCTION vault.create_secret, vault.update_secret TO postgres WITH GRANT OPTION;
        GRANT EXECUTE ON FUNCTION vault.create_secret, vault.update_secret TO service_role;
    END IF;
END
$make$;
