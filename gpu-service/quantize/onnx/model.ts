import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { ModelError } from './model-error.ts';

/** Parses an ONNX file. Throws ModelError for bytes that are none. */
export function readModel(bytes: Uint8Array): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new ModelError('The file is not an ONNX model; check its path and its checksum.', {
      cause,
    });
  }
  if (model.graph === undefined || model.graph.node.length === 0)
    throw new ModelError('The ONNX file holds no graph; check its path and its checksum.');
  return model;
}

export const writeModel = (model: ModelProto): Uint8Array => toBinary(ModelProtoSchema, model);
