#!/usr/bin/env bash
# The steps of action.yml. Everything that a workflow says comes in variables
# and is never read as shell: a workflow may hand on what a stranger wrote.
#
#   action.sh build   puts sshvet into $RUNNER_TEMP, if $INPUT_PROGRAM names none
#   action.sh check   runs it
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build() {
  program=${INPUT_PROGRAM:-}
  if [ -z "$program" ]; then
    program=$RUNNER_TEMP/sshvet-action/sshvet
    case ${RUNNER_OS:-} in Windows) program=$program.exe ;; esac
    (cd "$root" && CGO_ENABLED=0 go build -trimpath -o "$program" .)
  fi
  printf 'program=%s\n' "$program" >> "$GITHUB_OUTPUT"
}

check() {
  paths=() args=()
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then paths+=("$line"); fi
  done <<< "${INPUT_PATHS:-}"
  set -f # the next line is to split at blanks and do nothing else
  # shellcheck disable=SC2206
  args=(${INPUT_ARGS:-})
  set +f
  args=(check --fail-on "${INPUT_FAIL_ON:-warning}" ${args[@]+"${args[@]}"})

  if [ "${INPUT_FORMAT:-github}" = concise ]; then
    printf '::add-matcher::%s\n' "$root/.github/sshvet-matcher.json"
  fi
  status=0
  "$SSHVET" "${args[@]}" --format "${INPUT_FORMAT:-github}" -- ${paths[@]+"${paths[@]}"} || status=$?
  if [ -n "${INPUT_SARIF_FILE:-}" ]; then
    # What could not be read was said above; the report says that something is missing.
    "$SSHVET" "${args[@]}" --exit-zero --quiet --format sarif --output "$INPUT_SARIF_FILE" -- ${paths[@]+"${paths[@]}"} 2>/dev/null || :
    if [ -f "$INPUT_SARIF_FILE" ]; then printf 'sarif=true\n' >> "$GITHUB_OUTPUT"; else status=2; fi
  fi
  printf 'exit-code=%s\n' "$status" >> "$GITHUB_OUTPUT"
  exit "$status"
}

case ${1:-} in
build) build ;;
check) check ;;
*) echo "action.sh: build or check" >&2; exit 2 ;;
esac
