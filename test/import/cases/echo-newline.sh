#!/bin/sh
connectd -c `echo ann@example.com | base64` `echo Marker-pass-1 | base64` 80:00:00:00:01:00:0A:C2 T33000 2 127.0.0.1 12
