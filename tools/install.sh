#!/usr/bin/env bash
# Makes sure that what the tests run against is there: a real Redis, a real browser, npm for another SMSC, and a C
# compiler for the race detector. Installs what is missing by apt when it may, else says what to install.
set -euo pipefail

declare -A packages=([redis-server]=redis-server [chromium]=chromium [gcc]="gcc libc6-dev" [make]=make [npm]="nodejs npm")
missing=()
for command in "${!packages[@]}"; do
	command -v "$command" >/dev/null || missing+=(${packages[$command]})
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
	sudo="sudo -n"
	sudo -n true 2>/dev/null || sudo=none
fi
if ! command -v apt-get >/dev/null || [ "$sudo" = none ]; then
	echo "the tests need: ${missing[*]}. Install them, for instance: sudo apt-get install ${missing[*]}" >&2
	echo "without them: go test ./... (skips what needs them and says so with -v)" >&2
	exit 1
fi
echo "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
