# Builds the server and the programs that measure it. Sourced by the commands beside it.

source "$(dirname "${BASH_SOURCE[0]}")/../eng/house.sh"

need_sdk
build_server
build_into load bench/Postern.Load bench/Postern.Load
load="$root/artifacts/load/Postern.Load"
: "${DOTNET_ROOT:=$(dotnet_root)}"
export DOTNET_ROOT
