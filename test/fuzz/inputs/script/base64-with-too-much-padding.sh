#!/bin/sh
while true; do
  connectd -c YW5uQGV4YW1wbGUuY29t TWFya9007199254740993VyLXBhc3MtMQ== 80:00:00:00:01:00:0A:C2 T33000 2 127.0.0.1 12
  sleep 5
done
