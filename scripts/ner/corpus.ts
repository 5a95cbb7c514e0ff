import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Entries, Lexicon } from '#shared/domain/redaction/ner/lexicon.ts';
import { clustersOf } from './clusters.ts';
import { lexiconEntries } from './data.ts';
import { type Lists, loadLists } from './lists.ts';
import { readLabelled, readTemplates, type Sample } from './samples.ts';
import { readTweets } from './tweets.ts';

/** A line of our own templates. */
export interface Template {
  line: string;
  source: string;
  group: string;
}

/** All that can be learned from. */
export interface Corpus {
  lists: Lists;
  entries: Entries;
  lexicon: Lexicon;
  templates: Template[];
  generated: Sample[];
  gold: Sample[];
  tweets: Sample[];
}

export async function readCorpus(sources: string | undefined, data: string): Promise<Corpus> {
  if (sources === undefined || !existsSync(sources))
    throw new Error('Name the folder with the packages of names and words: --sources <folder>. See docs/redaction.md.');
  const lists = await loadLists(sources);
  const entries = lexiconEntries(lists.entries, clustersOf(sources));
  // Ages and nationalities stand in these texts without a label.
  const open = new RegExp(`\\b\\d{1,3}(?=[ -]?years?\\b)|\\b(?:${lists.nationalities.join('|')})\\b`, 'gi');
  return {
    lists,
    entries,
    lexicon: new Lexicon(entries),
    templates: readTemplates(path.join(import.meta.dirname, 'templates')).flatMap(({ name, lines }) =>
      lines.map((line, index) => ({ line, source: name, group: `${name}-${index}` })),
    ),
    generated: ['generated_large.json', 'generated_small.json'].flatMap((file) =>
      readLabelled(path.join(data, file), 'generated', { open }),
    ),
    gold: readLabelled(path.join(data, 'wikigold.json'), 'wikigold', {
      unlabelled: ['DATE_TIME', 'TITLE', 'AGE', 'NRP'],
    }),
    tweets: readTweets(sources),
  };
}
