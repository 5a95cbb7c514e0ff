import { describe, expect, it } from 'vitest';
import { csvShape } from './csv.ts';

describe('the shape of a CSV', () => {
  it.each([
    ['a,b\n1,2\n3,4\n', { delimiter: ',', rows: 3, columns: 2 }],
    ['a;b;c\n1,5;2;3\n1,7;2;3', { delimiter: ';', rows: 3, columns: 3 }],
    ['a\tb\n1\t2', { delimiter: '\t', rows: 2, columns: 2 }],
    ['a,b\n"line\nbreak, and ""quote""",2\n\n\n', { delimiter: ',', rows: 2, columns: 2 }],
    ['only one column\nof text', { delimiter: ',', rows: 2, columns: 1 }],
    ['', { delimiter: ',', rows: 0, columns: 0 }],
  ])('of %j', (text, shape) => expect(csvShape(text)).toEqual(shape));
});
