#!/bin/sh
case "$1" in
  lab) uid=80:00:00:00:01:00:0A:C1 ;;
  home) uid=80:00:00:00:01:00:0A:C2 ;;
esac
connectd -s -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== $uid T33101 2 127.0.0.1 12
