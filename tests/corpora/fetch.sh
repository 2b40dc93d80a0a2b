#!/bin/sh
# Brings the public test suites and schemas that tests/corpora reads into a folder outside of this repository:
#     tests/corpora/fetch.sh ~/corpora && PGTANDEM_CORPORA=~/corpora make test-slow
# What is fetched stays there: none of it is ours. PGTANDEM_CORPORA_FROM names another place than GitHub to clone from.
set -eu
folder=$1
from=${PGTANDEM_CORPORA_FROM:-https://github.com}
mkdir -p "$folder"
for repository in supabase/pg-toolbelt stripe/pg-schema-diff djrobstep/migra pgschema/pgschema sqldef/sqldef saosebastiao/pgevolve \
    winebarrel/pistachio \
    schemaanalyst/schemaanalyst schemaanalyst-team/ineffective-mutants \
    lerocha/chinook-database pthom/northwind_psql devrimgunduz/pagila lorint/AdventureWorks-for-Postgres \
    danbooru/danbooru getlago/lago-api metabrainz/musicbrainz-server; do
    name=${repository#*/}
    [ -d "$folder/$name" ] || git clone --quiet --depth 1 "$from/$repository" "$folder/$name"
done
