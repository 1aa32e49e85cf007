#compdef crmbudget
# Completion of crmbudget for zsh: source this file after compinit, or put it as _crmbudget into a folder of $fpath.
#   source <(crmbudget completion zsh)
# Every word comes from crmbudget already quoted, and nothing here is evaluated.
_crmbudget() {
    emulate -L zsh
    local line
    local -a fields whole whole_shown begun begun_shown
    while IFS= read -r line; do
        fields=("${(@ps:\t:)line}")
        if [[ $fields[1] == + ]]; then
            begun+=("$fields[2]") begun_shown+=("$fields[3]")
        else
            whole+=("$fields[2]") whole_shown+=("$fields[3]")
        fi
    done < <(command crmbudget __complete zsh "$compstate[quote]" "$PREFIX" "${(@Q)words[2,CURRENT-1]}" 2>/dev/null </dev/null)
    (( $#whole )) && compadd -Q -U -l -d whole_shown -a whole
    (( $#begun )) && compadd -Q -U -l -S '' -d begun_shown -a begun
    (( $#whole + $#begun ))
}
if [[ $funcstack[1] == _crmbudget ]]; then
    _crmbudget "$@"
else
    compdef _crmbudget crmbudget
fi
