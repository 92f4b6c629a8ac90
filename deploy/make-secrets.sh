#!/bin/sh
# Makes the secrets of compose.yaml: random, each in a file of deploy/secrets/, which git ignores. A secret that exists
# stays as it is; to change one, delete its file first (a password of the database must then be changed there too).
#
# The folder is closed to everybody but you. The files in it are readable, because containers see them as they are and
# run as users of their own.
set -eu
cd -- "$(dirname -- "$0")"
mkdir -p secrets
chmod 700 secrets
cd secrets

random() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

secret() { # secret <file> <text>
  if [ -e "$1" ]; then
    echo "secrets/$1 stays"
  else
    printf '%s' "$2" >"$1.new"
    chmod 644 "$1.new"
    mv "$1.new" "$1"
    echo "secrets/$1 made"
  fi
}

secret database-password "$(random 24)"
secret redis-password "$(random 24)"
secret token "$(random 32)"
secret audit-key "$(random 32)"
secret grafana-password "$(random 16)"
# These hold a password made above.
secret database-url "postgres://weir:$(cat database-password)@postgres:5432/weir"
secret redis-url "redis://:$(cat redis-password)@redis:6379/0"
secret redis.conf "requirepass $(cat redis-password)"
