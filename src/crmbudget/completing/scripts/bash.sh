# Completion of crmbudget for bash: source this file, or put it among the completions.
#   source <(crmbudget completion bash)
# Every word comes from crmbudget already quoted, and nothing here is evaluated.
_crmbudget() {
    local line first=yes
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $first ]]; then
            first=
            [[ $line == nospace ]] && type compopt &>/dev/null && compopt -o nospace
            continue
        fi
        COMPREPLY+=("$line")
    done < <(command crmbudget __complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null </dev/null)
    return 0
}
complete -F _crmbudget crmbudget
