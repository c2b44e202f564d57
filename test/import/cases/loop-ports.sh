#!/bin/bash
for port in 33001 33002; do
  connectd -c YUBiLmM= "$(pass show remoteit | base64)" 80:00:00:00:01:00:0A:C2 T$port 2 127.0.0.1 12 &
done
