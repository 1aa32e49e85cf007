# Completion of crmbudget for fish: source this file, or put it into ~/.config/fish/completions/crmbudget.fish.
#   crmbudget completion fish | source
# fish quotes every word by itself.
function __crmbudget_complete
    set -l words (commandline -opc)
    command crmbudget __complete fish (commandline -ct | string collect --allow-empty) $words[2..-1] 2>/dev/null </dev/null
end
complete -c crmbudget -e
complete -c crmbudget -f -a '(__crmbudget_complete)'
