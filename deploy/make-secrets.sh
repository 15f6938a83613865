#!/bin/sh
# Makes the secrets that docker-compose.yml reads, once, in the folder given, else in deploy/secrets.
# The folder is for its owner alone; the files in it can be read by everybody who gets so far, for in a container that is
# an unprivileged user.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"
for name in database_password secret_key; do
    [ ! -e "$folder/$name" ] || continue
    head -c 36 /dev/urandom | base64 | tr '+/' '-_' >"$folder/.$name"
    chmod 444 "$folder/.$name"
    mv "$folder/.$name" "$folder/$name"
done
