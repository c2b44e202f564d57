#!/bin/sh
# connectd -c a b
usage() {
  cat <<END
Usage: $0, or connectd -f FILE
END
}
if pgrep -f "connectd -s -c" > /dev/null; then echo "connectd -c runs already"; exit; fi
command -v connectd || exit 1
chmod +x /opt/connectd -v
/opt/connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C1 T33101 2 127.0.0.1 12 &
trap 'kill $!' TERM
wait; sudo pkill connectd
