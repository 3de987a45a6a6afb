# What `run` and `test` share: the SDK, Debian's packages, and the build of the server. Sourced, never run.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
server="$root/artifacts/postern"

# No process of a build outlives it: a lingering one would hold a pipe open that a caller waits on.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# debian PACKAGE…: installs those that are missing; a package that cannot be had is the caller's to explain.
debian() {
    local missing=() package
    for package; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || { say "This is no Debian: install ${missing[*]} by hand."; return 1; }
    local as=()
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || { say "Run as root, or first: sudo apt-get install ${missing[*]}"; return 1; }
        as=(sudo -n)
    fi
    say "Installing ${missing[*]}"
    local log
    log="$(mktemp)"
    if { "${as[@]}" apt-get update -q && "${as[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        rm -f "$log"
    else
        tail -n 15 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

has_sdk() { command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; }

need_sdk() {
    has_sdk && return 0
    [ -x "$HOME/.dotnet/dotnet" ] && export PATH="$HOME/.dotnet:$PATH" && has_sdk && return 0
    debian dotnet-sdk-10.0 && has_sdk && return 0
    fail "Postern is built with the .NET 10 SDK, and this machine has none that can be found.
Debian 12 does not carry it; Microsoft's package feed for Debian does, as dotnet-sdk-10.0:
  follow https://learn.microsoft.com/dotnet/core/install/linux-debian, then start this again.
An SDK unpacked to ~/.dotnet, or any \`dotnet\` of version 10 on the PATH, serves as well."
}

# dotnet_root: where the runtime is, as `dotnet` itself says: what the PATH leads to may be a script that starts it.
dotnet_root() { dotnet --list-runtimes | sed -nE 's|^Microsoft\.NETCore\.App 10\..* \[(.*)/shared/Microsoft\.NETCore\.App\]$|\1|p' | tail -n 1; }

# sources FOLDER…: what a program is built from, as one hash of names, sizes and times.
sources() {
    (cd "$root" && find "$@" global.json Directory.*.props .editorconfig \
        \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum | cut -d ' ' -f 1)
}

# build_into NAME PROJECT FOLDER…: builds a project into artifacts/NAME unless what stands there was built from the same sources.
build_into() {
    local name="$1" project="$2" into="$root/artifacts/$1" now log
    shift 2
    mkdir -p "$root/artifacts"
    exec {building}>"$root/artifacts/build.lock"
    flock "$building"
    now="$(sources "$@")"
    if [ "$(cat "$into.sources" 2>/dev/null)" != "$now" ] || [ ! -d "$into" ]; then
        say "Building ${project##*/} (Release) into artifacts/$name"
        log="$root/artifacts/build.log"
        if ! dotnet publish "$root/$project" -c Release --use-current-runtime --self-contained false -o "$into" \
            --nologo -v q -p:UseSharedCompilation=false \
            >"$log" 2>&1 </dev/null; then
            grep -E 'error' "$log" | sort -u | head -n 30 >&2 || tail -n 30 "$log" >&2
            fail "The build failed; all of its output is in artifacts/build.log."
        fi
        printf '%s\n' "$now" >"$into.sources"
    fi
    exec {building}>&-
}

build_server() { build_into postern src/Postern.Server src api; }
