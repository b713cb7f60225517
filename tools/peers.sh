#!/usr/bin/env bash
# Unpacks other people's servers for the tests, below build/peers.  Nothing is installed: no file
# outside build/ changes, no daemon starts, and a mail server that this machine has is not touched.
# docs/decisions/0005-peers-are-unpacked.md says why.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# For SCRAM and passwords of its own; both servers use it.
readonly CYRUS_SASL=(sasl2-bin libsasl2-modules libsasl2-modules-db)
readonly POSTFIX=(postfix "${CYRUS_SASL[@]}")
readonly EXIM=(exim4-daemon-heavy exim4-base "${CYRUS_SASL[@]}")
readonly OPENSMTPD=(opensmtpd)
readonly DOVECOT=(dovecot-core dovecot-lmtpd dovecot-submissiond)
readonly SLAPD=(slapd)
# smtptest, with Cyrus SASL and its mechanisms, and what its library wants beside them: all that the
# package asks for would be a mail server.
readonly CYRUS=(cyrus-clients cyrus-common libsasl2-2 libsasl2-modules libpcre3 libpq5)
readonly POSTGRESQL=(postgresql-15 postgresql-client-15)
readonly PROMTOOL=prometheus  # of which only the static program promtool is used

readonly HAPROXY=(haproxy)
readonly DNS=(nsd ldnsutils unbound)  # an authority, its tools for signing, a resolver

# The packages named, and those that installing them here would add (it is only simulated).
closure() {
    printf '%s\n' "$@"
    apt-get install -s --no-install-recommends "$@" 2>/dev/null | awk '/^Inst/ { print $2 }' || true
}

unpack() {  # unpack NAME PACKAGE…: into build/peers/NAME, with usr/ and etc/ as Debian lays them
    if is_there "$@"; then return; fi
    fetch "$1" $(closure "${@:2}" | sort -u)
    mark "$@"
}

unpack_exactly() {  # the same without what the packages need
    if is_there "$@"; then return; fi
    fetch "$@"
    mark "$@"
}

# What was asked for stands in .complete: a tree of an older list is unpacked anew.
is_there() { [ "$(cat "build/peers/$1/.complete" 2>/dev/null)" = "${*:2}" ]; }
mark() { echo "${*:2}" >"build/peers/$1/.complete"; }

fetch() {
    local root=build/peers/$1 packages=("${@:2}") deb folder
    rm -rf "$root"
    mkdir -p "$root/.deb"
    (cd "$root/.deb" && apt-get -q=2 -o APT::Sandbox::User=root download "${packages[@]}")
    for deb in "$root"/.deb/*.deb; do
        dpkg-deb -x "$deb" "$root"
    done
    for folder in bin sbin lib; do  # Debian 12 has these below usr/
        [ -d "$root/$folder" ] || continue
        mkdir -p "$root/usr/$folder"
        cp -a "$root/$folder/." "$root/usr/$folder/"
        rm -rf "${root:?}/$folder"
    done
    rm -rf "$root/.deb"
    echo "unpacked ${packages[*]} into $root"
}

# apt-get can only tell what it has heard of.
apt-cache show postfix >/dev/null 2>&1 || apt-get update -qq
unpack postfix "${POSTFIX[@]}"
unpack exim "${EXIM[@]}"
unpack opensmtpd "${OPENSMTPD[@]}"
unpack dovecot "${DOVECOT[@]}"
unpack_exactly prometheus "$PROMTOOL"
unpack haproxy "${HAPROXY[@]}"
unpack dns "${DNS[@]}"
unpack slapd "${SLAPD[@]}"
unpack_exactly cyrus "${CYRUS[@]}"
unpack postgresql "${POSTGRESQL[@]}"
