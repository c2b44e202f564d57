#!/bin/sh
connectd -c $(echo -n $MY_USER | base64) $(echo -n $MY_PASS | base64) 80:00:00:00:01:00:0A:C2 T33000 2 127.0.0.1 12
