/** What each shell runs to complete p2p's command lines. What p2p prints is never evaluated: no eval, no compgen -W. */

/** A file that has this line is p2p's own. */
export const marker = '# Written by p2p completion install; p2p completion uninstall removes it.'

// Splits at = and : and keeps quotes, which --bash says. Without mapfile and compopt it works in bash 3.2 too.
const bash = `${marker}
_p2p() {
  local line value about width=0 lines=()
  while IFS= read -r line; do
    lines+=("$line")
  done < <(command p2p __complete --bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null)
  COMPREPLY=()
  case \${lines[0]-} in
    '') return 0 ;;
    :files) compopt -o default 2>/dev/null; return 0 ;;
    :folders) compopt -o filenames -o dirnames 2>/dev/null; return 0 ;;
  esac
  for line in "\${lines[@]}"; do
    value=\${line%%$'\\t'*}
    ((\${#value} > width)) && width=\${#value}
  done
  for line in "\${lines[@]}"; do
    value=\${line%%$'\\t'*} about=\${line#*$'\\t'}
    if [[ \${COMP_TYPE-} == 63 && -n $about && \${#lines[@]} -gt 1 ]]; then
      # A list that is only shown, never inserted.
      printf -v line '%-*s  (%s)' "$width" "$value" "$about"
      COMPREPLY+=("\${line:0:\${COLUMNS:-80} - 2}")
    else
      printf -v value %q "$value"
      COMPREPLY+=("$value")
    fi
  done
}
complete -F _p2p p2p
`

const zsh = `#compdef p2p
${marker}
_p2p() {
  local line value
  local -a before lines values shown
  local -i width=0
  before=("\${(@Q)words[1,CURRENT-1]}")
  shift before
  lines=("\${(@f)$(command p2p __complete "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  case $lines[1] in
    '') return 1 ;;
    :files) compset -P '--*='; _files; return ;;
    :folders) compset -P '--*='; _files -/; return ;;
  esac
  values=("\${(@)lines%%$'\\t'*}")
  for value in "\${values[@]}"; do
    (($#value > width)) && width=$#value
  done
  for line in "\${lines[@]}"; do
    shown+=("\${(r:width:)\${line%%$'\\t'*}}  \${line#*$'\\t'}")
  done
  compadd -l -V p2p -d shown -a values
}
if [[ $funcstack[1] == _p2p ]]; then
  _p2p "$@"
else
  compdef _p2p p2p
fi
`

// Only -F leaves files to fish, and it needs a condition, so p2p is asked twice.
const fish = `${marker}
function __p2p_ask
    set -l before (commandline -opc)
    set -e before[1]
    set -l last (commandline -ct | string replace -ra '[\\'"\\\\\\\\]' '' | string collect)
    command p2p __complete $before "$last" 2>/dev/null </dev/null
end
function __p2p_wants_files
    string match -qr '^:(files|folders)$' -- (__p2p_ask)
end
complete -c p2p -f -a '(__p2p_ask | string match -v ":*")'
complete -c p2p -n __p2p_wants_files -F
`

export const scripts = { bash, zsh, fish }
