#!/bin/bash
# run.sh file : eval the file with cells per line
/tmp/holor-test eval "$1"
