/** How shell and PowerShell scripts are written, as far as launch scripts go. */

export type Dialect = 'shell' | 'powershell'

export const syntaxes = {
  shell: {
    blank: /(?:[^\S\r\n]|\\(?:\r\n|\n|\r))+|#[^\r\n]*/y,
    operator: /&&|\|\||;;|&(?!>)|[;|()\r\n]/y,
    redirection: /\d*(?:<<<|<<-?|&>>?|>>?[&|]?|<[&>]?)[ \t]*/y,
    assignment: /([A-Za-z_]\w*)\+?=/y,
    plain: /[^\s;&|<>()\\'"$`]+/y,
    escape: /\\(\r\n|[^]?)/y,
    single: /'([^']*)'/y,
    quoted: /[^"\\$`]+|\\(?:\r\n|[^])/y,
    variable: /\$(?:\{(?<braced>\w+)(?::?[-=](?<fallback>[^{}$`"'\\]*))?\}|(?<name>[A-Za-z_]\w*|[\d@*#?$!-]))/y,
    worksOut: 'something that a shell works out',
  },
  powershell: {
    blank: /(?:[^\S\r\n]|,|`(?:\r\n|\n|\r))+|PS [A-Z]:[^>\r\n]{0,200}>|<#(?:(?!#>)[^])*(?:#>)?|#[^\r\n]*/y,
    operator: /&&|\|\||[;&|(){}\r\n]/y,
    redirection: /[\d*]?>>?(?:&\d)?[ \t]*/y,
    assignment: /(?:\[[\w.[\]]{1,80}\][ \t]*)?\$(?:(?:script|global|local|env):)?(\w+)[ \t]*=(?!=)[ \t]*/iy,
    plain: /\[|[^\s;&|<>(){},'"$`[]+/y,
    escape: /`([^]?)/y,
    single: /'((?:[^']|''){0,10000})'/y,
    quoted: /[^"$`]+|`[^]/y,
    variable: /\$\{?(?:(?<scope>env|script|global|local):)?(?<name>\w+)\}?/iy,
    worksOut: 'something that PowerShell works out',
  },
} as const

export const brokenContinuation = /\\[ \t]+(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)/y
/** `$(...)`, `$((...))`, backticks, `${...}` and `$'...'`, as far as they are of ordinary size. */
export const substitution =
  /\$\((?:[^()'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*"|\([^()]*\)){0,4000}\)|\$\{[^{}]{0,200}\}|\$'(?:[^'\\]|\\[^]){0,4000}'/y
export const backticks = /`[^`]*`/y

/** Where a program is: as good as its name. */
export const lookup = /^(?:\$\(|`)\s*(?:which|command\s+-v|type\s+-[pP])\s+([\w./~-]+)[^)`|;]*[)`]$/

/** The two ways to encode a literal or a variable that are followed. */
export const base64 =
  /^((?:\$\(|`)\s*(?:echo(\s+-n)?|(printf)(?:\s+["']?%s["']?)?)\s+)(?:"[^"\\]*"|'[^'\\]*'|[^\s|"'`\\]+)\s*\|\s*base64(?:\s+(?:-w\s*|--wrap=)0)?(?:\s*\|\s*tr\s+-d\s+\S+)?\s*[)`]$/
export const powerShellBase64 =
  /(\[(?:System\.)?Convert\]::ToBase64String\(\s*\[(?:System\.)?Text\.Encoding\]::\w+\.GetBytes\(\s*)(?:\$[\w:]+(?:\[\d+\])?|"[^"]*"|'[^']*')\s*\)\s*\)/iy

/** Programs that run another one, prompts copied along with a command, and when cron runs a line. */
export const wrappers =
  /^(?:[$%]|@[a-z]+|[\d*/,-]+|(?:sudo|doas|su|runuser|nohup|exec|command|eval|env|nice|ionice|chrt|taskset|setsid|stdbuf|timeout|time|flock|start-stop-daemon|daemonize|daemon|unbuffer|screen|tmux|systemd-run|watch|xterm|gnome-terminal|konsole|(?:ba|da|a|z|k)?sh|busybox|cmd|start|powershell|pwsh)(?:\.exe)?)$/i

/** Programs that run what a pipe hands them, or run a command elsewhere. */
export const runsInput =
  /^(?:ssh|at|batch|xargs|parallel|find|docker|podman|kubectl|crontab|systemctl|service|alias|trap)$/i

/** What these print may be run by what reads it: a pipe, or a file, of the command or of the group around it. */
export const readsOutput =
  /^(?:[^(){}|]{0,2000}[)}][ \t]*)?(?:\|(?!\||[ \t]*(?:[ef]?grep|logger|wc|less|more)\b)|>(?!>?[ \t]*(?:&|\/dev\/|\S*log)))/
export const prints = /^(?:echo|printf|write-output)$/i
export const isFile = /^(?!\/dev\/|.*log)/is

export const declares = /^(?:export|local|readonly|declare|typeset)$/
export const keywords =
  /^(?:if|then|elif|elseif|else|fi|case|esac|while|until|for|foreach|do|done|function|!|\{|\}|time)$/i
