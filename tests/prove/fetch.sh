#!/bin/sh
# Brings the public projects of tests/prove/projects.toml into a folder outside of this repository:
#     tests/prove/fetch.sh ~/projects && PGTANDEM_PROJECTS=~/projects pytest -m slow tests/prove/test_projects.py
# What is fetched stays there: none of it is ours. PGTANDEM_CORPORA_FROM names another place than GitHub to clone from.
set -eu
folder=$1
from=${PGTANDEM_CORPORA_FROM:-https://github.com}
mkdir -p "$folder"
sed -n 's/^repository = "\(.*\)"/\1/p' "$(dirname "$0")/projects.toml" | while read -r repository; do
    into="$folder/$(echo "$repository" | tr / +)"
    [ -d "$into" ] || git clone --quiet --bare "$from/$repository" "$into"
done
