/** Letters of other scripts that print like a Latin letter, and what they print like (from Unicode's confusables, the common ones). */
const PAIRS =
  'аa еe оo рp сc хx уy іi јj ѕs ԁd һh ӏl ԛq ԝw ѵv ьb пn ' +
  'АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT ХX УY ԚQ ԜW ЗZ ' +
  'αa οo ρp νv ιi κk υu χx ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
  'ıi ɡg ɑa ℓl';

export const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  PAIRS.split(' ')
    .filter((pair) => pair.length === 2)
    .map((pair) => [pair.charAt(0), pair.charAt(1)]),
);

/** Signs that stand in for `@`, `.` and `-`. */
export const SIGNS: ReadonlyMap<string, string> = new Map([
  ['＠', '@'],
  ['﹫', '@'],
  ['ⓐ', '@'],
  ['․', '.'],
  ['。', '.'],
  ['｡', '.'],
  ['‐', '-'],
  ['‑', '-'],
  ['‒', '-'],
  ['–', '-'],
  ['—', '-'],
  ['−', '-'],
  ['﹣', '-'],
  ['’', "'"],
  ['ʼ', "'"],
]);
