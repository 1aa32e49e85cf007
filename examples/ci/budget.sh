#!/bin/sh
# Looks at a budget with nothing but crmbudget and its exit codes: for any build server, for cron, for other scripts.
#
#     PLAN=plan.yaml ACTUALS=actuals.csv BASE=origin/main sh budget.sh
#
# Without BASE nothing is compared with an older plan, without ACTUALS nothing with what was spent. FAIL_ON and INCREASE
# say what fails, REPORT is the folder for the reports; files of the same names in it are replaced. It ends with the worst
# exit code of all.
set -eu
: "${PLAN:=plan.yaml}" "${ACTUALS:=}" "${BASE:=}" "${INCREASE:=5%}" "${FAIL_ON:=error}" "${REPORT:=budget-report}"
worst=0

# What an exit code of crmbudget means for whoever reads the log.
meaning() {
    case $1 in
    0) echo "fine" ;;
    1) echo "the numbers are valid, but something is at or above the fail level" ;;
    2) echo "it could not start: correct the call, or the name of a file" ;;
    3) echo "no numbers: the plan or a file has errors" ;;
    4) echo "no numbers: the limits of the plan cannot be met" ;;
    70) echo "a bug in crmbudget: report it, with what crmbudget --debug shows" ;;
    127) echo "crmbudget is not installed" ;;
    *) echo "it was stopped" ;;
    esac
}

# Runs one command, says how it ended, and keeps the worst code.
see() {
    what=$1 code=0
    shift
    crmbudget "$@" || code=$?
    echo "== $what: $(meaning "$code") (exit code $code)"
    [ "$code" -le "$worst" ] || worst=$code
}

mkdir -p "$REPORT"
# No numbers of an earlier run stay behind.
rm -f "$REPORT"/check.* "$REPORT"/allocation.* "$REPORT"/diff.* "$REPORT"/variance.*

see "the plan" check "$PLAN" --fail-on "$FAIL_ON" --output - --output "$REPORT/check.xml"
# From 2 on there are no numbers, and every other command would say the same again.
[ "$worst" -lt 2 ] || exit "$worst"

see "the budget" allocate "$PLAN" --output - --output "$REPORT/allocation.md" --output "$REPORT/allocation.csv"
[ -z "$BASE" ] || see "the change" diff "$PLAN" --base-ref "$BASE" --fail-on-increase "$INCREASE" \
    --output - --output "$REPORT/diff.md" --output "$REPORT/diff.xml"
[ -z "$ACTUALS" ] || see "what was spent" variance "$ACTUALS" --plan "$PLAN" --fail-on "$FAIL_ON" \
    --output - --output "$REPORT/variance.md" --output "$REPORT/variance.xml"
exit "$worst"
