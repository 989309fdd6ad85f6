#!/usr/bin/env bash
# Packs a binary twice, compares the packages, and runs what they contain from clean folders. Takes the binary as its argument.
# Prints the results.
set -euo pipefail
binary=$(realpath "${1:?usage: deploy/try-package.sh BINARY}")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

# A low level saves time, and does not affect the test.
export DPKG_DEB_COMPRESSOR_LEVEL=1
bash package.sh "$binary" "$work/first" > "$work/first.sums"
# The name of the packed file has no influence.
cp "$binary" "$work/other-name"
bash package.sh "$work/other-name" "$work/second" > "$work/second.sums"
cmp "$work/first.sums" "$work/second.sums" || fail "two packages of one binary differ"
echo "ok: two packages of one binary are equal"

mkdir "$work/usr-local"
tar -C "$work/usr-local" --strip-components=1 -xzf "$work"/first/*.tar.gz
dpkg -x "$work"/first/*.deb "$work/deb"
dpkg-deb --ctrl-tarfile "$work"/first/*.deb | tar -tf - | sort | tr '\n' ' ' | grep -qx './ ./conffiles ./control ./md5sums ./postinst ./prerm ' || fail "control files"
[ -z "$(dpkg-deb --contents "$work"/first/*.deb | awk '$2 != "root/root"')" ] || fail "a file of the package is not owned by root"
[ "$(find "$work/deb" -mindepth 1 -maxdepth 2 | sed "s|$work/deb/||" | sort | tr '\n' ' ')" = "etc etc/aidgraph usr usr/bin usr/lib usr/share " ] || fail "the package contains an unexpected folder"

commands=$("$binary" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]\+\).*/\1/p' | grep -vx help)
check() { # FOLDER ZSH
  local command file
  for file in bin/aidgraph lib/systemd/system/aidgraph.service share/bash-completion/completions/aidgraph "share/zsh/$2/_aidgraph" \
    share/fish/vendor_completions.d/aidgraph.fish share/man/man1/aidgraph.1.gz \
    share/doc/aidgraph/{README.md,CHANGELOG.md,LICENSE-APACHE,LICENSE-MIT,licences-crates.txt,licences-playground.txt,schema.graphql} \
    share/doc/aidgraph/{docs/operate.md,queries/icp-history.graphql,seed/README.md,deploy/aidgraph.toml}; do
    [ -s "$1/$file" ] || fail "$1 has no $file"
  done
  for command in $commands; do
    gzip -dc "$1/share/man/man1/aidgraph-$command.1.gz" | grep -A 2 '^\.SH SYNOPSIS' | grep -qx '\.B aidgraph' || fail "the man page of $command"
  done
  ! command -v man > /dev/null || [ -z "$(man --warnings -l "$1"/share/man/man1/*.gz 2>&1 > /dev/null)" ] || fail "a man page has errors"
  bash -c '. "$1" && complete -p aidgraph' - "$1/share/bash-completion/completions/aidgraph" > /dev/null || fail "the completions"
  [ "$("$1/bin/aidgraph" --version)" = "$("$binary" --version)" ] || fail "the binary of $1"
  grep -q "^ExecStart=$3/bin/aidgraph " "$1/lib/systemd/system/aidgraph.service" || fail "the unit of $1"
  grep -q "^serde " "$1/share/doc/aidgraph/licences-crates.txt" || fail "the licences of the crates"
}
check "$work/usr-local" site-functions /usr/local
echo "ok: the archive has its files, and its binary runs"
check "$work/deb/usr" vendor-completions /usr
(cd "$work/deb" && dpkg-deb --ctrl-tarfile "$work"/first/*.deb | tar -xOf - ./md5sums | md5sum --check --quiet) || fail "the checksums of the package"
for script in debian/postinst debian/prerm; do sh -n "$script"; done
echo "ok: the package has its files, and its binary runs"
