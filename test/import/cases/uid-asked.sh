#!/bin/sh
connectd -c YW5uQGV4YW1wbGUuY29t TWFya2VyLXBhc3MtMQ== $1 T$2 2 127.0.0.1 12
