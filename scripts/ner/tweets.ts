import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sample } from './samples.ts';

/**
 * Tweets whose words are labelled by part of speech, a line a word and its tag. What is no proper noun is no name; what a proper
 * noun names is left open. None where they are not at hand.
 */
export function readTweets(sources: string): Sample[] {
  return ['oct27.conll', 'daily547.conll'].flatMap((name) => {
    const file = path.join(sources, 'tweets', name);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split(/\r?\n\r?\n/)
      .filter((block) => block.trim() !== '')
      .map((block, index) => tweetOf(block, `tweets-${name}-${index}`));
  });
}

/** Proper nouns, with a possessive or a verb; numbers of a name; hashtags; what could not be told. */
const OPEN = new Set(['^', 'Z', 'M', '#', 'G']);
const CLOSE = /^(?:[.,!?;:)]|\.\.+|…|'s|n't)/;

function tweetOf(block: string, group: string): Sample {
  let text = '';
  const unknown: Sample['unknown'] = [];
  for (const line of block.split(/\r?\n/)) {
    const [word = '', tag = ''] = line.split('\t');
    if (word === '') continue;
    if (text !== '' && !CLOSE.test(word)) text += ' ';
    const start = text.length;
    text += word;
    if (OPEN.has(tag)) unknown.push({ start, end: text.length });
  }
  return {
    text,
    spans: [],
    unlabelled: ['DATE_TIME', 'TITLE', 'AGE', 'NRP'],
    unknown,
    group,
    source: 'tweets',
  };
}
