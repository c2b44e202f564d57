#!/bin/sh
# What a careful person writes instead of p2p: launches each listener in a session of its own with a log and a PID file,
# then waits until every one of them lives and every port listens. by-hand.sh LISTENER FIRST_PORT COUNT FOLDER
listener=$1 first=$2 count=$3 folder=$4
i=0
while [ "$i" -lt "$count" ]; do
  setsid "$listener" $((first + i)) </dev/null >"$folder/$i.log" 2>&1 &
  echo $! >"$folder/$i.pid"
  i=$((i + 1))
done
while :; do
  listening=$(awk -v first="$first" -v count="$count" '
    $4 == "0A" { split($2, at, ":"); port = 0
      for (k = 1; k <= 4; k++) port = port * 16 + index("123456789ABCDEF", substr(at[2], k, 1))
      if (port >= first && port < first + count) n++ }
    END { print n + 0 }' /proc/net/tcp)
  [ "$listening" -eq "$count" ] && break
  sleep 0.005
done
cat "$folder"/*.pid | xargs kill -0
