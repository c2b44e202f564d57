#!/bin/sh
uid=80-00-00-00-01-00-0A-C2
port=99999
address=localhost
connectd -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== $uid T$port 1 $address 12
