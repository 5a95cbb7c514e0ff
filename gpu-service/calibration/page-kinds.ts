import { drawLine, type Pen, type textFonts } from './draw-text.ts';
import { address, amount, company, date, goods, label, number, person, sentence } from './page-texts.ts';

type Fonts = ReturnType<typeof textFonts>;
/** Draws on a page of this size; the pen's units are pixels. */
export type DrawKind = (pen: Pen, fonts: Fonts, width: number, height: number) => void;

/** A shop's receipt: heading in the middle, goods and amounts in columns, totals. */
export const receipt: DrawKind = (pen, fonts, width, height) => {
  const { random, context } = pen;
  const family = random.pick(random.chance(0.6) ? fonts.mono : fonts.all);
  const size = Math.round(width / random.between(28, 42));
  const margin = width * 0.06;
  let y = margin + 2 * size;
  const line = (): void => {
    y += size * random.between(1.3, 1.7);
  };
  const middle = (text: string, scale = 1): void => {
    context.font = `${size * scale}px "${family}"`;
    const drawn = Math.min(1, (width - 2 * margin) / context.measureText(text).width) * size * scale;
    context.font = `${drawn}px "${family}"`;
    drawLine(pen, text, (width - context.measureText(text).width) / 2, y, drawn, family);
    line();
  };
  const pair = (left: string, right: string): void => {
    context.font = `${size}px "${family}"`;
    drawLine(pen, right, width - margin - context.measureText(right).width, y, size, family);
    drawLine(pen, left, margin, y, size, family);
    line();
  };
  middle(company(random), random.between(1, 1.6));
  middle(address(random));
  middle(`TEL: ${number(random)}`);
  line();
  pair(`Receipt ${number(random)}`, date(random));
  pair('DESCRIPTION', 'AMOUNT (RM)');
  while (y < height - margin - 8 * size) {
    pair(goods(random).slice(0, 26).trim(), amount(random));
    if (random.chance(0.3)) pair(`  ${random.whole(1, 9)} x ${amount(random)}`, random.pick(['SR', 'ZRL', '6%']));
  }
  context.fillRect(margin, y - size * 0.9, width - 2 * margin, Math.max(1, size / 12));
  line();
  pair('TOTAL SALES (INCL GST)', amount(random));
  pair('CASH', amount(random));
  pair('CHANGE DUE', '0.00');
  middle('THANK YOU, PLEASE COME AGAIN');
};

/** A form: a heading, labels with what was filled in, rules, boxes, a small table. */
export const form: DrawKind = (pen, fonts, width, height) => {
  const { random, context } = pen;
  const family = random.pick(fonts.all);
  const filled = random.pick(fonts.mono);
  const size = width / random.between(50, 70);
  const margin = width * 0.08;
  let y = margin + size;
  drawLine(pen, company(random), width * random.between(0.2, 0.4), y, size * 1.5, family);
  y += 3 * size;
  const columns = random.pick([1, 2, 2]);
  context.lineWidth = Math.max(1, size / 14);
  while (y < height * 0.6) {
    for (let column = 0; column < columns; column++) {
      const x = margin + (column * (width - 2 * margin)) / columns;
      const drawn = drawLine(pen, label(random), x, y, size, family);
      const value = random.pick([person, date, number, amount])(random);
      if (random.chance(0.8)) drawLine(pen, value, x + drawn + size * random.between(0.5, 2), y, size, filled);
      if (random.chance(0.4))
        context.strokeRect(x - size * 0.4, y - size * 1.3, (width - 2 * margin) / columns - size, size * 1.9);
      else if (random.chance(0.5)) context.fillRect(x, y + size * 0.35, (width - 2 * margin) / columns - size, 1);
    }
    y += size * random.between(2, 2.8);
  }
  const cells = random.whole(3, 5);
  for (let row = 0; y < height - margin && row < 12; row++, y += size * 1.9)
    for (let cell = 0; cell < cells; cell++) {
      const x = margin + (cell * (width - 2 * margin)) / cells;
      context.strokeRect(x, y - size * 1.3, (width - 2 * margin) / cells, size * 1.9);
      drawLine(
        pen,
        row === 0 ? label(random).slice(0, 12).trim() : random.pick([amount, date])(random),
        x + size * 0.4,
        y,
        size * 0.9,
        family,
      );
    }
};

/** Running text in one or two columns, with a heading. */
export const prose: DrawKind = (pen, fonts, width, height) => {
  const { random, context } = pen;
  const family = random.pick(fonts.all);
  const size = width / random.between(58, 85);
  const margin = width * 0.1;
  const columns = random.pick([1, 1, 2]);
  const gap = 2.5 * size;
  const across = (width - 2 * margin - gap * (columns - 1)) / columns;
  drawLine(pen, sentence(random).slice(0, 40).trim(), margin, margin, size * 1.7, random.pick(fonts.all));
  for (let column = 0; column < columns; column++) {
    const x = margin + column * (across + gap);
    let y = margin + 4 * size;
    while (y < height - margin) {
      let text = '';
      for (const word of Array.from({ length: random.whole(2, 6) }, () => sentence(random))
        .join(' ')
        .split(' ')) {
        context.font = `${size}px "${family}"`;
        if (context.measureText(`${text} ${word}`).width > across) {
          drawLine(pen, text, x, y, size, family);
          y += size * 1.35;
          text = word;
        } else text = text === '' ? word : `${text} ${word}`;
        if (y >= height - margin) break;
      }
      if (y < height - margin) drawLine(pen, text, x, y, size, family);
      y += size * 2;
    }
  }
};
