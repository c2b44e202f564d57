#!/bin/bash
# the bench Pi
export UID_OF_PI="80:00:00:00:01:00:0A:C2"
port=${PORT:-33000}
user=ann@example.com
pass='Marker-pass-1'
if [ -n "$1" ]; then
  port=$1
fi
main() {
  # opens it
  exec connectd -s -c "$(echo -n "$user" | base64)" "$(printf %s "$pass" | base64 -w0)" "$UID_OF_PI" "T$port" 2 127.0.0.1 12
}
main "$@"
