import { create } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, type TensorProto, TensorProtoSchema } from 'onnx-buf';
import { ModelError } from './model-error.ts';

export { DataType };

export type TensorData = Float32Array | Uint16Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;

/** Little-endian, as ONNX stores raw data and as every machine that runs this has it. */
export function tensor(name: string, type: DataType, dims: readonly number[], data: TensorData): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: type,
    dims: dims.map(BigInt),
    rawData: new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  });
}

export const floats = (name: string, dims: readonly number[], data: Float32Array): TensorProto =>
  tensor(name, DataType.FLOAT, dims, data);

export const dimsOf = (proto: TensorProto): number[] => proto.dims.map(Number);

/** A copy of the values. Throws ModelError for tensors of other types than FLOAT. */
export function floatsOf(proto: TensorProto): Float32Array {
  if (proto.dataType !== DataType.FLOAT)
    throw new ModelError(
      `The tensor ${proto.name} of the model holds ${DataType[proto.dataType] ?? 'unknown values'}, not 32-bit floats; give the fp32 model.`,
    );
  if (proto.floatData.length > 0) return Float32Array.from(proto.floatData);
  return new Float32Array(new Uint8Array(proto.rawData).buffer);
}
