/**
 * The tiny `/bin/sh` parent of every tunnel program (launch-protocol.md 1.3). It claims the attempt by creating the run
 * file exclusively, records its own PID and the program's, waits, and records the status: facts on disk that no death
 * of p2p can lose. One line, so that `ps` shows one line; builtins only, so that PATH does not matter.
 *
 * `l PID` before the program exists; `p PID` by an inner shell that then becomes the program (exec keeps the PID);
 * `x STATUS` at the end, when the pid file is emptied as well. Signals are noted, not obeyed: TERM to the group ends the
 * program, the launcher stays to record how. What took the place of its pid file meanwhile is left alone. Descriptor 3 is the log: what the shells themselves say goes nowhere.
 */
export const launcherScript =
  `set +eux -C; umask 077; f=$1 p=$2 u=$3; shift 3; s=; trap 's=1' TERM INT HUP; ` +
  `command printf 'l %s\\n' "$$" >"$f" || exit 125; rc=143; [ "$s" ] || { rc=0; ` +
  `/bin/sh -c 'set +eux; command printf "p %s\\n" "$$" >>"$0" && command printf "%s\\n" "$$" >|"$1" || exit 125; ` +
  `umask "$2"; shift 2; exec "$@" 2>&3 3>&-' "$f" "$p" "$u" "$@" || rc=$?; }; ` +
  `[ -f "$p" ] && [ ! -h "$p" ] && command printf '' >|"$p"; command printf 'x %s\\n' "$rc" >>"$f"; exit "$rc"`
