#!/bin/sh
# What the converter's image holds beside LibreOffice, in a folder: sh functions/converter/build.sh <folder>. The Dockerfile
# runs this very script. Needs the repository with its packages (npm ci).
set -eu
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."

node scripts/build.ts --out "$out" functions/converter/main.ts
node scripts/pack.ts "$out" @embedpdf/pdfium @napi-rs/canvas zxing-wasm
