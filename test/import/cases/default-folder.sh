#!/bin/sh
while ! connectd -s; do sleep 1; done
