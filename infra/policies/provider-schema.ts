import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What an attribute holds: a block of further ones, a map whose keys are anybody's, or a value. */
export type Attribute = Block | 'map' | 'value';
export interface Block {
  [name: string]: Attribute;
}

const LIB = path.resolve(import.meta.dirname, '../node_modules/@cdktf/provider-google/lib');

/**
 * Resources that are made without a class of the provider's package, since they are of other providers. Attributes as their
 * documentation has them: google-beta's `google_project_service_identity`, time's `time_sleep`.
 */
const OTHERS: Readonly<Record<string, Block>> = {
  google_project_service_identity: { project: 'value', service: 'value' },
  time_sleep: { create_duration: 'value', destroy_duration: 'value', triggers: 'map' },
};

const known = new Map<string, Block | null>();

/** The attributes that a kind of resource has, read from the code that was generated from the provider's schema; null: there is no such kind. */
export function attributesOf(type: string): Block | null {
  let found = known.get(type);
  if (found === undefined) {
    found = OTHERS[type] ?? read(type);
    known.set(type, found);
  }
  return found;
}

function read(type: string): Block | null {
  const file = path.join(LIB, type.replace(/^google_/, '').replaceAll('_', '-'), 'index.js');
  if (!existsSync(file)) return null;
  const code = readFileSync(file, 'utf8');
  if (!code.includes(`terraformResourceType: '${type}'`)) return null;
  const blocks = new Map<string, Block>();
  /** Of the function that writes a block, by its name. */
  const block = (name: string): Block => {
    const made = blocks.get(name);
    if (made !== undefined) return made;
    const attributes: Block = {};
    blocks.set(name, attributes);
    return fill(attributes, between(code, `function ${name}(struct) {`));
  };
  const fill = (attributes: Block, body: string): Block => {
    for (const [, name = '', how = ''] of body.matchAll(/^ +(\w+): (.+),$/gm)) {
      const [nested] =
        /\b(?!cdktf\b)[a-z]\w*ToTerraform\b(?=[(,])/.exec(how.replaceAll(/cdktf\.\w+ToTerraform/g, '')) ?? [];
      attributes[name] = nested !== undefined ? block(nested) : how.startsWith('cdktf.hashMapper') ? 'map' : 'value';
    }
    return attributes;
  };
  return fill({}, between(code, 'synthesizeAttributes() {'));
}

/** From the start of a function to the end of what it returns. */
function between(code: string, start: string): string {
  const from = code.indexOf(start);
  return from < 0 ? '' : code.slice(from, code.indexOf('};', from));
}
