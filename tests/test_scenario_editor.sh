#!/bin/bash
# What an editor completes and shows with the schema, asked of VS Code's own JSON service.
BUILD=${BUILD:-build}
export NODE_PATH=${NODE_PATH:-$PWD/$BUILD/node/node_modules}
exec node tests/node/editor.js
