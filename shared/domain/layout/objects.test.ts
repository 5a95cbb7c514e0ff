import { describe, expect, it } from 'vitest';
import { type Page, pageText, type Word } from '../page.ts';
import { layoutPage } from './layout-page.ts';

const words = (text: string, x: number, y: number): Word[] =>
  [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    confidence: 1,
    box: [x + match.index * 8, y, x + (match.index + match[0].length) * 8 - 2, y + 14],
  }));
const page = (given: readonly Word[], figures: [number, number, number, number][] = []): Page =>
  layoutPage({ number: 1, width: 850, height: 1100, dpi: 100, source: 'textLayer', words: given, figures });
const PROSE = ['the quick brown fox jumps over', 'a lazy dog that sleeps beside', 'the river while evening falls'];
const column = (x: number, y: number, mark = ''): Word[] =>
  PROSE.flatMap((line, at) => words(`${line}${mark}`, x, y + at * 20));

describe('figures', () => {
  it('stand in their column, before their caption, with the words that they show', () => {
    const found = page(
      [
        ...column(50, 100),
        ...words('20 40 60', 100, 220),
        ...words('Figure 1: yearly rain', 50, 320),
        ...column(50, 360, 'x'),
        ...column(450, 100, 'y'),
        ...column(450, 180, 'z'),
        ...column(450, 260, 'q'),
        ...column(450, 360, 'w'),
      ],
      [[60, 180, 300, 310]],
    );
    expect(found.blocks.map((block) => block.kind).slice(0, 4)).toEqual(['text', 'figure', 'text', 'text']);
    expect(found.blocks[1]?.box).toEqual([60, 180, 300, 310]);
    expect(pageText(found).split('\n\n').slice(1, 3)).toEqual(['20 40 60', 'Figure 1: yearly rain']);
    expect(found.lines.at(-1)?.text.endsWith('w')).toBe(true);
  });

  it('leave no gap in the text when they hold no words', () => {
    const found = page([...column(50, 100), ...column(50, 500)], [[60, 200, 700, 450]]);
    expect(found.blocks.map((block) => block.kind)).toEqual(['text', 'figure', 'text']);
    expect(pageText(found)).toBe([PROSE.join('\n'), PROSE.join('\n')].join('\n\n'));
  });

  it('are none where words fill them', () => {
    expect(page(column(50, 100), [[48, 98, 292, 156]]).blocks.map((block) => block.kind)).toEqual(['text']);
  });
});

describe('check boxes', () => {
  it('that words spell join those that were found, each once, from top to bottom', () => {
    const given = [...words('☐ yes', 50, 100), ...words('[x] no', 50, 140), ...words('☑ later', 50, 180)];
    const found = layoutPage({
      number: 1,
      width: 850,
      height: 1100,
      dpi: 100,
      source: 'textLayer',
      words: given,
      checkboxes: [{ state: 'checked', box: [49, 179, 63, 195] }],
    });
    expect(found.checkboxes.map((one) => one.state)).toEqual(['unchecked', 'crossed', 'checked']);
  });
});

describe('the number of a page', () => {
  const numbered = (text: string, x = 400): Page =>
    page([...column(50, 100), ...column(50, 400), ...words(text, x, 1060)]);

  it('is read from its foot, whose block is then one of its own', () => {
    const found = numbered('Page 3 of 9');
    expect(found.pageNumber).toEqual({ text: 'Page 3 of 9', number: 3, total: 9 });
    expect(found.blocks.at(-1)?.kind).toBe('pageNumber');
  });

  it('is read from a foot that says more', () => {
    const found = numbered('Confidential and for members only                      14', 50);
    expect(found.pageNumber).toEqual({ text: '14', number: 14, total: null });
    expect(found.blocks.at(-1)?.kind).toBe('footer');
  });

  it('is not a number in the text', () => {
    expect(page([...column(50, 100), ...words('17', 400, 400), ...column(50, 700)]).pageNumber).toBeNull();
  });
});

describe('columns', () => {
  it('end at a heading across them and at a note far below', () => {
    const large = words('Second part', 50, 220).map(
      (word): Word => ({ ...word, box: [word.box[0], 215, word.box[2], 240] }),
    );
    const found = page([
      ...column(50, 100, '1'),
      ...column(450, 100, '2'),
      ...large,
      ...column(50, 280, '3'),
      ...column(450, 280, '4'),
      ...words('a note', 50, 700),
    ]);
    const marks = found.lines.map((line) => (/\d/.test(line.text) ? line.text.slice(-1) : line.text));
    expect(marks).toEqual(['1', '1', '1', '2', '2', '2', 'Second part', '3', '3', '3', '4', '4', '4', 'a note']);
  });
});
