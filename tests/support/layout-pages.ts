import { random } from '#gpu/calibration/random.ts';
import { openTable, ruledTable } from './layout-tables.ts';
import { LayoutWriter, type TruePage } from './layout-writer.ts';

const WIDTH = 1654;
const HEIGHT = 2339;
const PROSE = (
  'the harbour was quiet when the first boats came in and nobody on the quay had slept for more than an hour because the storm ' +
  'had torn at the roofs all night long so that even the oldest among them could not say when they had seen such waves before ' +
  'while the children counted what was left of the nets and baskets a clerk wrote every loss into a grey book that he kept dry ' +
  'under his coat and promised to send it to the office in town where somebody would decide how much each family was owed'
).split(' ');

/** A page of one of six kinds, by its seed: the same seed gives the same page. */
export function layoutPageOf(seed: number): TruePage {
  const kinds = [ruled, open, columns, form, figures, report];
  const page = new LayoutWriter(WIDTH, HEIGHT, random(seed * 7919 + 13).next);
  const kind = kinds[seed % kinds.length] ?? ruled;
  kind(page);
  return page.done(`${kind.name} ${seed}`);
}

function sentence(page: LayoutWriter, count: number): string {
  const from = page.between(0, PROSE.length - 1);
  const words = Array.from({ length: count }, (_, index) => PROSE[(from + index) % PROSE.length] ?? '');
  return `${(words[0] ?? '').replace(/^./, (letter) => letter.toUpperCase())} ${words.slice(1).join(' ')}.`;
}

/** A paragraph in a column; gives the y below it. */
function paragraph(
  page: LayoutWriter,
  x: number,
  y: number,
  width: number,
  words: number,
  size = 26,
  leading = 1.35,
): number {
  const lines = page.wrap(sentence(page, words), width, { size });
  lines.forEach((line, at) => {
    page.text(line, x, y + size + at * size * leading, { size });
  });
  return y + size + (lines.length - 1) * size * leading + size * 0.3;
}

function head(page: LayoutWriter): void {
  page.text('Harbour office', 140, 90, { size: 22 });
  page.text('Yearly account', WIDTH - 140, 90, { size: 22 }, 'right');
}

function foot(page: LayoutWriter): void {
  const number = page.between(2, 18);
  const total = number + page.between(0, 9);
  const romans = [
    'i',
    'ii',
    'iii',
    'iv',
    'v',
    'vi',
    'vii',
    'viii',
    'ix',
    'x',
    'xi',
    'xii',
    'xiii',
    'xiv',
    'xv',
    'xvi',
    'xvii',
    'xviii',
  ];
  const [text, known] = page.pick<[string, number | null]>(
    [`Page ${number} of ${total}`, total],
    [`- ${number} -`, null],
    [`${number}/${total}`, total],
    [`${number}`, null],
    [romans[number - 1] ?? 'ii', null],
    [`Page ${number}`, null],
  );
  page.text(text, WIDTH / 2, HEIGHT - 80, { size: 22 }, 'middle');
  page.pageNumber = { text, number, total: known };
}

function ruled(page: LayoutWriter): void {
  head(page);
  let y = paragraph(page, 140, 180, WIDTH - 280, page.between(20, 50));
  y = ruledTable(page, { x: 140, y: y + 50, width: WIDTH - 280 });
  y = paragraph(page, 140, y + 40, WIDTH - 280, page.between(20, 60));
  if (y < 1500) ruledTable(page, { x: 140, y: y + 60, width: page.pick(WIDTH - 280, WIDTH - 500) });
  foot(page);
}

function open(page: LayoutWriter): void {
  head(page);
  let y = paragraph(page, 140, 180, WIDTH - 280, page.between(20, 50));
  y = openTable(page, { x: 140, y: y + 60, width: WIDTH - 280 });
  paragraph(page, 140, y + 60, WIDTH - 280, page.between(20, 60));
  foot(page);
}

/** Two or three columns under a heading, with their own leading, at times a heading across further down, and notes. */
function columns(page: LayoutWriter): void {
  head(page);
  page.text(sentence(page, 5), WIDTH / 2, 220, { size: 48, bold: true }, 'middle');
  const count = page.pick(2, 2, 3);
  const gap = page.pick(40, 60);
  const width = (WIDTH - 280 - (count - 1) * gap) / count;
  const stretch = (top: number, words: number): number => {
    const ends: number[] = [];
    for (let column = 0; column < count; column++) {
      const leading = page.pick(1.3, 1.35, 1.42);
      let y = top + page.between(0, 10);
      for (let part = 0; part < page.between(2, 3); part++)
        y =
          paragraph(
            page,
            140 + column * (width + gap),
            y,
            width,
            words + page.between(0, 15),
            count === 3 ? 23 : 26,
            leading,
          ) + 34;
      ends.push(y);
    }
    return Math.max(...ends);
  };
  let y = stretch(290, 55);
  if (page.random() < 0.6) {
    page.text(sentence(page, 4), 140, y + 60, { size: 36, bold: true });
    y = stretch(y + 100, 35);
  }
  page.line(140, HEIGHT - 230, 500, HEIGHT - 230, 1);
  paragraph(page, 140, HEIGHT - 215, WIDTH - 280, 18, 19);
  foot(page);
}

/** Labels, rulings to write on, and check boxes in rows and columns. */
function form(page: LayoutWriter): void {
  page.text('Application for a berth', WIDTH / 2, 180, { size: 44, bold: true }, 'middle');
  let y = 300;
  const size = 26;
  for (const label of ['Name of the owner', 'Name of the boat', 'Length over all', 'Port of registry']) {
    page.text(label, 140, y, { size });
    page.line(480, y + 6, WIDTH - 140, y + 6, 2);
    y += 74;
  }
  const side = page.pick(22, 26, 32);
  const states = ['unchecked', 'unchecked', 'checked', 'crossed'] as const;
  for (let row = 0; row < page.between(6, 14); row++) {
    const perRow = page.pick(1, 2, 3);
    for (let column = 0; column < perRow; column++) {
      const x = 140 + (column * (WIDTH - 280)) / perRow;
      page.checkbox(x, y - side + 3, side, page.pick(...states));
      page.text(sentence(page, perRow === 1 ? 8 : 2).slice(0, -1), x + side + 18, y, { size });
    }
    y += 62;
  }
  paragraph(page, 140, y + 30, WIDTH - 280, 40);
  foot(page);
}

/** A picture, with grain, or a chart with axes. */
function picture(page: LayoutWriter, x: number, y: number, width: number, height: number): void {
  const { context } = page;
  const kind = page.pick('photo', 'bars', 'curve');
  if (kind === 'photo') {
    const fill = context.createLinearGradient(x, y, x + width, y + height);
    fill.addColorStop(0, '#4a6d8c');
    fill.addColorStop(0.6, '#b9a37c');
    fill.addColorStop(1, '#5b4a3a');
    context.fillStyle = fill;
    context.fillRect(x, y, width, height);
    for (let spot = 0; spot < 60; spot++) {
      context.fillStyle = page.pick('#2a3a4a', '#d8cdb4', '#7a8a6a', '#96745a');
      context.beginPath();
      context.arc(
        x + 20 + page.random() * (width - 40),
        y + 20 + page.random() * (height - 40),
        4 + page.random() * 14,
        0,
        7,
      );
      context.fill();
    }
  } else {
    page.line(x, y, x, y + height, 3);
    page.line(x, y + height, x + width, y + height, 3);
    const steps = page.between(5, 9);
    const high = Array.from({ length: steps }, () => height * (0.3 + 0.65 * page.random()));
    if (kind === 'bars')
      high.forEach((bar, at) => {
        context.fillStyle = page.pick('#33658a', '#86bbd8', '#f26419');
        context.fillRect(x + (width * (at + 0.2)) / steps, y + height - bar, (width * 0.6) / steps, bar);
      });
    else
      high.slice(1).forEach((level, at) => {
        page.line(
          x + (width * (at + 0.3)) / steps,
          y + height - (high[at] ?? 0),
          x + (width * (at + 1.3)) / steps,
          y + height - level,
          4,
          '#f26419',
        );
      });
  }
  page.figures.push([x, y, x + width, y + height]);
}

function figures(page: LayoutWriter): void {
  head(page);
  page.text(sentence(page, 4), 140, 220, { size: 44, bold: true });
  const two = page.random() < 0.5;
  const width = two ? (WIDTH - 340) / 2 : WIDTH - 280;
  for (let column = 0; column < (two ? 2 : 1); column++) {
    const x = 140 + column * (width + 60);
    let y = paragraph(page, x, 290, width, 50);
    const height = page.between(320, 480);
    const wide = two ? width : page.between(600, 1200);
    picture(page, x, y + 50, wide, height);
    y += 50 + height;
    page.text(`Figure ${column + 1}: ${sentence(page, 4)}`, x, y + 46, { size: 21 });
    y = paragraph(page, x, y + 90, width, 60);
    paragraph(page, x, y + 34, width, 40);
  }
  foot(page);
}

/** A page with everything: heading, list, figure beside text, a table, a note in the margin. */
function report(page: LayoutWriter): void {
  head(page);
  page.text(sentence(page, 4), 140, 220, { size: 44, bold: true });
  const body = WIDTH - 280 - 330;
  let y = paragraph(page, 140, 290, body, 70);
  const note = page.wrap(sentence(page, 12), 260, { size: 19 });
  note.forEach((line, at) => {
    page.text(line, WIDTH - 140 - 270, 340 + at * 25, { size: 19 });
  });
  y += 60;
  for (let item = 0; item < page.between(3, 5); item++) {
    page.text(`${page.pick('•', '-')} ${sentence(page, page.between(4, 10))}`, 170, y, { size: 26 });
    y += 40;
  }
  y =
    page.random() < 0.5
      ? ruledTable(page, { x: 140, y: y + 30, width: WIDTH - 280 })
      : openTable(page, { x: 140, y: y + 30, width: WIDTH - 280 });
  if (y < 1700) {
    picture(page, 140, y + 60, 700, 380);
    page.text(`Figure 1: ${sentence(page, 4)}`, 140, y + 490, { size: 21 });
  }
  foot(page);
}
