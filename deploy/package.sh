#!/usr/bin/env bash
# Packs a .tar.gz and a .deb: binary, man pages, completions, systemd unit, documentation and licences.
# usage: deploy/package.sh [BINARY [FOLDER]]
# Without BINARY, builds the profile `dist`. FOLDER is target/package unless given.
# Needs cargo, help2man, dpkg-deb and strip. Equal binaries at an equal SOURCE_DATE_EPOCH (the last commit unless set) give equal packages.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8
root=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || (cd "$root" && cargo build --locked --profile dist)
original=$(realpath "${1:-$root/target/dist/aidgraph}")
mkdir -p "${2:-$root/target/package}"
folder=$(realpath "${2:-$root/target/package}")
cd "$root"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Help and completions contain the name of the executable.
binary=$work/run/aidgraph
mkdir "$work/run"
ln -s "$original" "$binary"
version=$("$binary" --version | cut -d' ' -f2)
architecture=$(dpkg --print-architecture)

# Prints the first paragraph of a command's help, in one line.
summary() { "$binary" "$@" --help | sed '/^$/Q' | paste -sd ' '; }

# Writes the man page of the binary, or of one of its commands, from its help. A wrapper gives the command a name of its own.
man_page() {
  local name=aidgraph${1:+-$1}
  printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$binary" "${1:-}" > "$work/$name"
  chmod +x "$work/$name"
  env -i PATH="$PATH" LC_ALL="$LC_ALL" SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" help2man --no-info --section=1 --manual=aidgraph \
    --version-string="$version" --name="$(summary ${1:+"$1"})" --include="$work/see-also" "$work/$name" | gzip -9n > "$share/man/man1/$name.1.gz"
}

# Prints name, version and licence of each crate in the binary, then each licence text once, under the crates that contain it.
crate_licences() {
  local sources=("${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/) package licence name number file key
  local -A holders=() texts=()
  while IFS='|' read -r package licence; do
    read -r name number _ <<< "$package"
    [ "$name" != aidgraph ] || continue
    echo "$name ${number#v}: $licence"
    while read -r file; do
      key=$(tr -d '[:space:]' < "$file" | sha256sum)
      texts[$key]=$file
      [[ ${holders[$key]:-} == *"$name ${number#v}"* ]] || holders[$key]+="${holders[$key]:+, }$name ${number#v}"
    done < <(find "${sources[0]}/$name-${number#v}" -maxdepth 3 -type f -regextype egrep -iregex '.*/(licen[cs]e|copying|unlicense|notice)[^/]*' | sort)
  done < <(cargo tree --locked -e normal,no-proc-macro --prefix none -f '{p}|{l}' | sed 's/ (\*)$//' | sort -u)
  for key in "${!holders[@]}"; do printf '%s\t%s\n' "${holders[$key]}" "$key"; done | sort | while IFS=$'\t' read -r name key; do
    printf '\n== %s\n\n' "$name"
    cat "${texts[$key]}"
  done
}

# Sets the time of every file below a folder, for archives that do not depend on the clock.
settle() { find "$1" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +; }

tree=$work/aidgraph-$version
share=$tree/share
doc=$share/doc/aidgraph
mkdir -p "$share"/man/man1 "$share"/bash-completion/completions "$share"/zsh/site-functions "$share"/fish/vendor_completions.d "$doc"/{deploy,seed,codelists}
install -D -m 755 --strip "$original" "$tree/bin/aidgraph"
install -D -m 644 deploy/aidgraph.service "$tree/lib/systemd/system/aidgraph.service"

commands=$("$binary" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]\+\).*/\1/p' | grep -vx help)
{
  echo '[see also]'
  for command in $commands; do echo ".BR aidgraph-$command (1),"; done
  echo '.BR aidgraph (1)'
} > "$work/see-also"
for command in '' $commands; do man_page "$command"; done

"$binary" completions bash > "$share/bash-completion/completions/aidgraph"
"$binary" completions zsh > "$share/zsh/site-functions/_aidgraph"
"$binary" completions fish > "$share/fish/vendor_completions.d/aidgraph.fish"

cp -r README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT docs queries "$doc"
cp deploy/{aidgraph.toml,aidgraph.service,nginx.conf,Caddyfile} "$doc/deploy"
cp seed/README.md "$doc/seed"
cp codelists/README.md "$doc/codelists"
"$binary" schema > "$doc/schema.graphql"
cp web/dist/licenses.txt "$doc/licences-playground.txt"
crate_licences > "$doc/licences-crates.txt"
chmod -R u=rwX,go=rX "$tree"
settle "$tree"

archive=$folder/aidgraph-$version-$(uname -m)-linux-gnu.tar.gz
tar -C "$work" --sort=name --format=gnu --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "aidgraph-$version" | gzip -9n > "$archive"

# The same tree below /usr, with Debian's folder for zsh, the configuration, and the scripts of the package.
deb=$work/deb
mkdir -p "$deb/DEBIAN" "$deb/etc"
mv "$tree" "$deb/usr"
mkdir "$deb/usr/share/zsh/vendor-completions"
mv "$deb"/usr/share/zsh/site-functions/_aidgraph "$deb/usr/share/zsh/vendor-completions"
rmdir "$deb/usr/share/zsh/site-functions"
sed -i 's|/usr/local/bin|/usr/bin|' "$deb/usr/lib/systemd/system/aidgraph.service"
install -D -m 644 deploy/aidgraph.toml "$deb/etc/aidgraph/aidgraph.toml"
{
  echo 'The facts of the seed and the code lists have sources of their own: see seed/README.md and codelists/README.md.'
  echo 'aidgraph is licensed under either of LICENSE-APACHE or LICENSE-MIT, at your option, and contains the crates of'
  echo 'licences-crates.txt and the packages of licences-playground.txt. All these files are in this folder.'
  echo
  cat LICENSE-MIT
} > "$deb/usr/share/doc/aidgraph/copyright"
echo /etc/aidgraph/aidgraph.toml > "$deb/DEBIAN/conffiles"
(cd "$deb" && find usr -type f | sort | xargs md5sum) > "$deb/DEBIAN/md5sums"
glibc=$(grep -aoE 'GLIBC_2\.[0-9]+' "$deb/usr/bin/aidgraph" | sort -Vu | tail -n 1)
size=$(du -sk --apparent-size "$deb/usr" | cut -f1)
sed "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@GLIBC@/${glibc#GLIBC_}/; s/@SIZE@/$size/" deploy/debian/control > "$deb/DEBIAN/control"
install -m 755 deploy/debian/{postinst,prerm} "$deb/DEBIAN"
settle "$deb"
package=$folder/aidgraph_${version}_$architecture.deb
dpkg-deb -Zxz --root-owner-group --build "$deb" "$package" > /dev/null

(cd "$folder" && sha256sum "${archive##*/}" "${package##*/}")
