#!/bin/sh
# Runs one service of Weir, or a command of `weir`:
#   intake | detector | desk      that service alone
#   start, publish, rules, …      weir <command>; `start` is everything in one process
set -eu
app=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
case "${1:-}" in
  intake | detector | desk) service=$1; shift; exec node "$app/apps/$service/dist/main.js" "$@" ;;
  *) exec node "$app/apps/weir/bin/weir.js" "$@" ;;
esac
