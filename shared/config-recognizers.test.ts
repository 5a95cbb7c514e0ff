import { describe, expect, it } from 'vitest';
import { parseRecognizers } from './config-recognizers.ts';

describe('RECTO_RECOGNIZERS', () => {
  it('names engines, required unless it says otherwise; without it there are none', () => {
    expect(parseRecognizers({})).toEqual({ recognizers: [], problems: [] });
    expect(
      parseRecognizers({ RECTO_RECOGNIZERS: '[{"kind":"google-sensitive-data-protection","project":"p"}]' })
        .recognizers,
    ).toEqual([{ kind: 'google-sensitive-data-protection', project: 'p', location: 'global', required: true }]);
  });

  it('is refused with what is wrong and where', () => {
    expect(parseRecognizers({ RECTO_RECOGNIZERS: '{' }).problems).toEqual([
      'RECTO_RECOGNIZERS: must be a list in JSON',
    ]);
    expect(parseRecognizers({ RECTO_RECOGNIZERS: '[{"kind":"onnx","name":"A"}]' }).problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^RECTO_RECOGNIZERS: 0\.name: /),
        expect.stringMatching(/0\.model/),
      ]),
    );
  });
});
