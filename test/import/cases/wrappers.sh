#!/bin/sh
flock -n ./lock connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C0 T33100 2 127.0.0.1 12 &
screen -dmS one connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C1 T33101 2 127.0.0.1 12
tmux new-session -d -s two 'connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C2 T33102 2 127.0.0.1 12'
bash -c "cd /opt && exec ./connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C3 T33103 2 127.0.0.1 12"
systemd-run --user --unit=pi /usr/bin/connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C4 T33104 2 127.0.0.1 12
watch -n 5 connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C5 T33105 2 127.0.0.1 12
xterm -e connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C6 T33106 2 127.0.0.1 12 &
"$HOME/bin/connectd" -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C7 T33107 2 127.0.0.1 12 &
env LANG=C nice -n 5 timeout 3600 setsid connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C8 T33108 2 127.0.0.1 12
LANG=C sudo -u pi nohup "$(dirname "$0")"/connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C9 T33109 2 127.0.0.1 12 > log 2>&1 &
