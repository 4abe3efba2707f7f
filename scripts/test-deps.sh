#!/bin/sh
# Install the servers that tests run against (Debian, Ubuntu). They are never enabled nor started as services: the tests
# start their own on high ports with folders of their own. Quick when all is there; without root it says what is missing.
set -eu

PACKAGES="dovecot-imapd dovecot-lmtpd postfix postgresql redis-server chromium libpango-1.0-0 libpangoft2-1.0-0 \
prometheus"
POLICY=/usr/sbin/policy-rc.d

missing=""
for package in $PACKAGES; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo "test servers: all installed"
    exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "test servers: missing:$missing; as root: sh scripts/test-deps.sh" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "test servers: this script knows apt-get only; missing:$missing" >&2
    exit 1
fi

# invoke-rc.d asks this policy before it starts anything; 101 forbids it (policy-rc.d(8)). One that is there stays.
if [ ! -e "$POLICY" ]; then
    trap 'rm -f "$POLICY"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
fi
export DEBIAN_FRONTEND=noninteractive
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
apt-get update -q
# shellcheck disable=SC2086 # one argument per package
apt-get install -q -y --no-install-recommends $missing
for service in dovecot postfix postgresql prometheus redis-server; do
    case " $missing " in
        *" $service"*) command -v systemctl >/dev/null && systemctl disable --quiet "$service" 2>/dev/null || true ;;
    esac
done
echo "test servers: installed$missing"
