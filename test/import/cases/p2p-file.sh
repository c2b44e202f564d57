#!/bin/sh
uid=$(grep remote_address "$1" | awk '{print $2}')
port=$(grep proxy_local_port "$1" | awk '{print $2}')
connectd -f "$1" &
