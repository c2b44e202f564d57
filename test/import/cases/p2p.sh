#!/bin/sh
# p2p.sh - connects
# edit these:
uid="80:00:00:00:01:00:0A:C3"   # the service
address=127.0.0.1
port=33100

username=$1
password="$2"
b64username=$(echo -n "$username" | base64)
b64password=`printf '%s' "$2" | base64 | tr -d '\n'`

connectd -c $b64username $b64password "$uid" T"$port" 2 "$address" 12 &
pid=$(ps ax | grep connectd | grep "$uid" | awk '{print $1}')
sleep 10
echo "Your connection is now active on $address port $port"
echo "kill $pid"
