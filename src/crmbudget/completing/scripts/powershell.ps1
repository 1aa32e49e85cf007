# Completion of crmbudget for PowerShell: put this into the file that $PROFILE names.
#   crmbudget completion powershell | Out-String | Invoke-Expression
# Every word comes from crmbudget already quoted.
Register-ArgumentCompleter -Native -CommandName crmbudget, crmbudget.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { [string]$_.Value } else { $_.Extent.Text } })
    $words, $encoding = $env:CRMBUDGET_WORDS, [Console]::OutputEncoding
    try {
        $env:CRMBUDGET_WORDS = (@([string]$wordToComplete) + $before) -join "`n"
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $null | & crmbudget __complete powershell 2>$null | ForEach-Object {
            $text, $shown, $help = $_ -split "`t", 3
            [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $help)
        }
    } finally {
        $env:CRMBUDGET_WORDS, [Console]::OutputEncoding = $words, $encoding
    }
}
