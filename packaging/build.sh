#!/usr/bin/env bash
# Packs build/release/signet as a Debian package below build/deb; its last line is the package's path.
# `./dev deb` installs what this needs and builds the binary first.
#
# The same commit and binary give the same package, octet by octet: every date is that of the commit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly BINARY=$PWD/build/release/signet
readonly TREE=$PWD/build/deb/tree
export TZ=UTC LC_ALL=C.UTF-8

in_git() { git rev-parse --git-dir >/dev/null 2>&1; }

# Between two releases: the next one's number, the time of the commit so that later ones are newer,
# the commit, and whether more than that went in.  "~" sorts before the release itself.
version() {
    local number
    number=$(sed -nE 's/^project\(signet VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
    if ! in_git || [ "$(git tag --points-at HEAD "v$number")" ]; then
        echo "$number"
        return
    fi
    printf '%s~%s+g%s' "$number" "$(git log -1 --format=%cd --date=format-local:%Y%m%d.%H%M%S)" \
        "$(git rev-parse --short=10 HEAD)"
    [ -z "$(git status --porcelain)" ] || printf '+changed'
}

lay_out() {
    rm -rf "$TREE"
    mkdir -p "$TREE/about"  # debhelper would take a CHANGELOG.md at the top for Debian's own
    cp -r packaging/debian packaging/examples "$TREE/"
    cp packaging/signet.toml "$BINARY" "$TREE/"
    cp CHANGELOG.md "$TREE/about/"
    cp packaging/signet.service packaging/signet.sysusers "$TREE/debian/"
    "$BINARY" help --man >"$TREE/signet.1"
    "$BINARY" config describe --man >"$TREE/signet.toml.5"
    # Whoever builds a package answers for it; DEBFULLNAME and DEBEMAIL are Debian's own names.
    sed -i "s/@maintainer@/$1/" "$TREE/debian/control"
    cat >"$TREE/debian/changelog" <<CHANGE
signet ($2) bookworm; urgency=medium

  * What changed is in CHANGELOG.md, beside this file.

 -- $1  $(date -R -d "@$SOURCE_DATE_EPOCH")
CHANGE
}

if in_git; then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
else
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(stat -c %Y CMakeLists.txt)}
fi
export SOURCE_DATE_EPOCH
version=$(version)
package=build/deb/signet_${version}_$(dpkg --print-architecture).deb

mkdir -p build/deb
find build/deb -maxdepth 1 -type f -delete  # one package at a time: nobody installs last week's
lay_out "${DEBFULLNAME:-Signet} <${DEBEMAIL:-signet@localhost}>" "$version"
# -d: what builds the binary is not what packs it, and is `./dev`'s to install.
(cd "$TREE" && dpkg-buildpackage -b -us -uc -d -nc) >build/deb/log 2>&1 || {
    tail -n 40 build/deb/log >&2
    exit 1
}
[ -f "$package" ]
echo "$package"
