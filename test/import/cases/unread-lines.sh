#!/bin/bash
connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C1 T33101 2 127.0.0.1 12 &
ssh gate connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C2 T33102 2 127.0.0.1 12
args=(-s -c a b)
connectd "${args[@]}"
for port in 33103 33104; do connectd -s -c a b 80:00:00:00:01:00:0A:C3 T$port 2 127.0.0.1 12; done
cat > /etc/init.d/pi <<END
exec connectd -f /etc/pi.conf
END
echo "connectd -f /etc/pi.conf" | at now
connectd -f "$1"
bash -c "connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== $uid T33105 2 127.0.0.1 12"
