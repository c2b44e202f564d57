#!/bin/sh
# connectd_installer
wget https://example.com/connectd
chmod +x connectd
./connectd -n
