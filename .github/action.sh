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

# report_id tells one file that has a name from the next one.
report_id() { ls -diL -- "$1" 2>/dev/null | awk '{ print $1 }' || :; }

check() {
  paths=() args=()
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    if [ -n "$line" ]; then paths+=("$line"); fi
  done <<< "${INPUT_PATHS:-}"
  if [ ${#paths[@]} = 0 ]; then paths=(.); fi # without operands sshvet would check the files of this machine
  if [ "${INPUT_UPLOAD_SARIF:-}" = true ] && [ -z "${INPUT_SARIF_FILE:-}" ]; then
    echo '::error title=sshvet::upload-sarif needs sarif-file: name the file that is to be written and uploaded'
    printf 'exit-code=2\n' >> "$GITHUB_OUTPUT"
    exit 2
  fi
  set -f # the next line is to split at blanks and do nothing else
  # shellcheck disable=SC2206
  args=(${INPUT_ARGS:-})
  set +f
  args=(check --fail-on "${INPUT_FAIL_ON:-warning}" ${args[@]+"${args[@]}"})

  if [ "${INPUT_FORMAT:-github}" = concise ]; then
    printf '::add-matcher::%s\n' "$root/.github/sshvet-matcher.json"
  fi
  status=0
  "$SSHVET" "${args[@]}" --format "${INPUT_FORMAT:-github}" -- "${paths[@]}" || status=$?
  if [ -n "${INPUT_SARIF_FILE:-}" ]; then
    # What could not be read was said above; the report says that something is missing.
    # A report of before is none of this run.
    before=$(report_id "$INPUT_SARIF_FILE")
    said=$("$SSHVET" "${args[@]}" --exit-zero --quiet --format sarif --output "$INPUT_SARIF_FILE" -- "${paths[@]}" 2>&1 >/dev/null) || :
    if [ -f "$INPUT_SARIF_FILE" ] && [ "$(report_id "$INPUT_SARIF_FILE")" != "$before" ]; then
      printf 'sarif=true\n' >> "$GITHUB_OUTPUT"
    else
      printf '%s\n' "${said:-sshvet: $INPUT_SARIF_FILE was not written}" >&2
      status=2
    fi
  fi
  printf 'exit-code=%s\n' "$status" >> "$GITHUB_OUTPUT"
  exit "$status"
}

case ${1:-} in
build) build ;;
check) check ;;
*) echo "action.sh: build or check" >&2; exit 2 ;;
esac
