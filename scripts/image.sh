#!/bin/sh
# Build the image without an engine, say how large it is, and start it: `make image`, as root, with buildah and mmdebstrap
# (Debian). Its base is a Debian of this machine's own sources, where the official one of Python cannot be fetched.
# MOST_MB (500) and READY_SECONDS (10) are what it may take.
set -eu
cd "$(dirname "$0")/.."

SUITE=${SUITE:-bookworm}
MOST_MB=${MOST_MB:-500}
READY_SECONDS=${READY_SECONDS:-10}
PORT=${PORT:-18473}
LIVES=25

for program in buildah mmdebstrap curl; do
    command -v "$program" >/dev/null || { echo "image: $program is missing: apt-get install $program" >&2; exit 2; }
done
[ "$(id -u)" -eq 0 ] || { echo "image: root is needed, for a build without an engine is a chroot" >&2; exit 2; }

work=$(mktemp -d)
export BUILDAH_ISOLATION=chroot
store="--storage-driver vfs --root $work/storage --runroot $work/run"
trap 'status=$?; buildah $store umount --all >/dev/null 2>&1 || true; rm -rf "$work"; exit $status' EXIT
image() {
    # shellcheck disable=SC2086 # several words
    buildah $store "$@"
}

# the base: what `python:…-slim` has, of Debian's own packages
mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates "$SUITE" "$work/base.tar"
base=$(image from scratch)
image add --quiet "$base" "$work/base.tar" / >/dev/null
image commit --quiet --rm "$base" localhost/base >/dev/null
rm "$work/base.tar"

# the build: with this machine's ways to packages, which do not stay in it
ways=""
for path in /etc/apt /usr/share/keyrings /etc/ssl/certs /etc/pip.conf /root/.config/pip "${PIP_FIND_LINKS:-}"; do
    [ -n "$path" ] && [ -e "$path" ] && ways="$ways --volume $path:$path:ro"
done
began=$(date +%s)
# shellcheck disable=SC2086 # several words
image build --quiet --format docker --network host $ways --build-arg BASE=localhost/base --file deploy/Dockerfile \
    --tag localhost/aiguillage:check . >/dev/null
echo "image: built in $(($(date +%s) - began)) s"

container=$(image from localhost/aiguillage:check)
root=$(image mount "$container")
size=$(du --summarize --apparent-size --block-size=1000000 "$root" | cut -f1)
echo "image: $size MB unpacked, of at most $MOST_MB"

# the start: under its own account, on an SQLite file in its volume; it is asked to stop after a while
began=$(date +%s%N)
image run --network host --env AIGUILLAGE_DATABASE_URL=sqlite:////data/aiguillage.db \
    --env AIGUILLAGE_HTTP_BIND=127.0.0.1:$PORT "$container" -- \
    timeout --preserve-status --signal=TERM --kill-after=45 $LIVES aiguillage run 2>"$work/log" &
running=$!
until curl --silent --fail --output /dev/null "http://127.0.0.1:$PORT/health/ready"; do
    kill -0 $running 2>/dev/null || { cat "$work/log" >&2; echo "image: it ended before it was ready" >&2; exit 1; }
    [ $((($(date +%s%N) - began) / 1000000000)) -lt $LIVES ] || { echo "image: not ready in $LIVES s" >&2; exit 1; }
    sleep 0.05
done
ready=$((($(date +%s%N) - began) / 1000000))
echo "image: ready after $ready ms, of at most ${READY_SECONDS}000"
account=$(stat -c %u "$root/data/aiguillage.db")
wait $running || { cat "$work/log" >&2; echo "image: SIGTERM was not answered by a clean end" >&2; exit 1; }
echo "image: account $account, ended cleanly on SIGTERM"
[ "$account" = 10001 ] && [ "$size" -le "$MOST_MB" ] && [ "$ready" -le "${READY_SECONDS}000" ]
