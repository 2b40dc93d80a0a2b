"""Columns with secrets or personal data that every client can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.lint.remedies import enable_row_security, names
from pgtandem.lint.rule import Found, Rule
from pgtandem.model.key import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.resolved.facts import Facts


_WORDS = frozenset(
    """
    2fa_code 2fa_secret access_token account_number activation_key api_key apikey auth_code auth_key backup_code
    bank_account bearer_token bic card_number certificate credit_card cvc cvn cvv device_uuid driver_license
    drivers_license facial_recognition gpg_key health_insurance health_record iban imei insurance_number jwt
    license_key license_number mac_address macaddr medical_insurance medical_record national_id oauth_token otp
    passphrase passport_id passport_number passwd password password_hash patient_id pgp_key private_key pwd
    recovery_code refresh_token routing_number secret secret_key session_id session_key session_secret session_token
    social_security social_security_number ssh_key ssn swift_code tax_id token treatment two_factor verification_code
    """.split()
)


def check(facts: Facts) -> Iterator[Found]:
    """Return the columns with such names in tables that clients read without row-level security."""
    for table in facts.tables():
        roles = facts.may(table, "SELECT")
        if not roles or table.row_security:
            continue
        for name in table.columns:
            if name.lower().replace("-", "_") in _WORDS:
                yield Found(
                    key=Key("column", (table.schema, table.name, name)),
                    message=f"looks sensitive, and {names(roles)} may read it in every row",
                    remedy=enable_row_security(table),
                )


RULE = Rule(
    level="warning",
    why="""
        A table without row-level security gives these columns of all rows to whoever has the public key.
    """,
    bad="""
        CREATE TABLE people (id int PRIMARY KEY, password text);
        GRANT SELECT ON people TO anon;
    """,
    good="""
        CREATE TABLE people (id int PRIMARY KEY, password text);
        GRANT SELECT ON people TO anon;
        ALTER TABLE people ENABLE ROW LEVEL SECURITY;
    """,
    check=check,
)
