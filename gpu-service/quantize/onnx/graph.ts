import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
} from 'onnx-buf';
import { ModelError } from './model-error.ts';
import { floatsOf } from './tensors.ts';

export type AttributeValue = number | string | readonly number[] | { float: number };

/** Contrib operators of onnxruntime. */
export const MICROSOFT = 'com.microsoft';

/**
 * A model's graph with the few questions and edits that passes need. Values are named edges, as in ONNX. Lookups scan: the
 * graphs have hundreds of nodes.
 */
export class Graph {
  readonly model: ModelProto;
  readonly proto: GraphProto;
  #names = 0;

  constructor(model: ModelProto) {
    if (model.graph === undefined) throw new ModelError('The ONNX file holds no graph.');
    this.model = model;
    this.proto = model.graph;
  }

  get nodes(): NodeProto[] {
    return this.proto.node;
  }

  get inputName(): string {
    const constants = new Set(this.proto.initializer.map((one) => one.name));
    const input = this.proto.input.find((one) => !constants.has(one.name));
    if (input === undefined) throw new ModelError('The model has no input.');
    return input.name;
  }

  isOutput(value: string): boolean {
    return this.proto.output.some((output) => output.name === value);
  }

  constant(value: string | undefined): TensorProto | undefined {
    return value === undefined ? undefined : this.proto.initializer.find((one) => one.name === value);
  }

  /** The one number that a constant holds; undefined for anything else. */
  scalar(value: string | undefined): number | undefined {
    const proto = this.constant(value);
    if (proto === undefined || proto.dims.reduce((product, dim) => product * dim, 1n) !== 1n) return undefined;
    return floatsOf(proto)[0];
  }

  /** Adds it, or puts it in the place of the one of that name. */
  setConstant(proto: TensorProto): string {
    const at = this.proto.initializer.findIndex((one) => one.name === proto.name);
    if (at === -1) this.proto.initializer.push(proto);
    else this.proto.initializer[at] = proto;
    return proto.name;
  }

  producer(value: string | undefined): NodeProto | undefined {
    return value === undefined ? undefined : this.nodes.find((node) => node.output.includes(value));
  }

  consumers(value: string): NodeProto[] {
    return this.nodes.filter((node) => node.input.includes(value));
  }

  /** The only user of a value; undefined when there are several, or when the value leaves the model. */
  onlyConsumer(value: string | undefined): NodeProto | undefined {
    if (value === undefined || this.isOutput(value)) return undefined;
    const users = this.consumers(value);
    return users.length === 1 ? users[0] : undefined;
  }

  freshName(hint: string): string {
    for (;;) {
      const name = `${hint}_${this.#names++}`;
      const taken = this.nodes.some((node) => node.name === name || node.output.includes(name));
      if (!taken && this.constant(name) === undefined) return name;
    }
  }

  /** Users of `from`, the model's output excepted, read `to` from now on. */
  redirect(from: string, to: string, except: readonly NodeProto[] = []): void {
    for (const node of this.nodes)
      if (!except.includes(node)) node.input = node.input.map((input) => (input === from ? to : input));
  }

  insert(at: NodeProto, ...added: NodeProto[]): void {
    this.nodes.splice(this.nodes.indexOf(at), 0, ...added);
  }

  replace(old: readonly NodeProto[], ...added: NodeProto[]): void {
    const last = Math.max(...old.map((node) => this.nodes.indexOf(node)));
    this.nodes.splice(last + 1, 0, ...added);
    this.proto.node = this.nodes.filter((node) => !old.includes(node));
  }

  /** Declares a version of an operator set, 'ai.onnx' as ''. */
  requireOperators(domain: string, version: number): void {
    const known = this.model.opsetImport.find((one) => one.domain === domain);
    if (known === undefined)
      this.model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) }));
    else if (known.version < BigInt(version)) known.version = BigInt(version);
  }

  get operatorVersion(): number {
    return Number(this.model.opsetImport.find((one) => one.domain === '' || one.domain === 'ai.onnx')?.version ?? 0n);
  }

  /** Drops nodes and constants whose results nobody uses, and shapes noted for values that are gone. */
  prune(): void {
    for (;;) {
      const used = new Set(this.nodes.flatMap((node) => node.input));
      for (const output of this.proto.output) used.add(output.name);
      const kept = this.nodes.filter((node) => node.output.some((output) => used.has(output)));
      this.proto.initializer = this.proto.initializer.filter((one) => used.has(one.name));
      if (kept.length === this.nodes.length) break;
      this.proto.node = kept;
    }
    this.proto.valueInfo = [];
  }
}

export function node(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  domain = '',
): NodeProto {
  return create(NodeProtoSchema, {
    opType: type,
    name: `${outputs[0] ?? type}/${type}`,
    domain,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
}

function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

const find = (of: NodeProto, name: string): AttributeProto | undefined => of.attribute.find((one) => one.name === name);

export const intOf = (of: NodeProto, name: string, fallback: number): number => {
  const found = find(of, name);
  return found === undefined ? fallback : Number(found.i);
};

export const intsOf = (of: NodeProto, name: string): number[] | undefined => find(of, name)?.ints.map(Number);

export function setAttribute(of: NodeProto, name: string, value: AttributeValue): void {
  of.attribute = [...of.attribute.filter((one) => one.name !== name), attribute(name, value)];
}

export function dropAttribute(of: NodeProto, name: string): void {
  of.attribute = of.attribute.filter((one) => one.name !== name);
}
