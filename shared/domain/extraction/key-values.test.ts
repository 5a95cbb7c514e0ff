import { describe, expect, it } from 'vitest';
import { extract } from './extract.ts';
import { pageOf } from './page-of.fixture.ts';

const FORM = ['CLAIM FORM', 'Please print'];
const fieldsOf = (lines: string[]) => extract([pageOf([...FORM, ...lines])]).fields;
const valuesOf = (lines: string[]) => Object.fromEntries(fieldsOf(lines).map((field) => [field.name, field.value]));

describe('pairs of a form', () => {
  it.each([
    ['a date', 'Seen on: 9 May 2026', 'date', '2026-05-09'],
    ['an amount', 'Violin bench: GBP 420.00', 'money', { amount: '420.00', currency: 'GBP' }],
    ['an address of mail', 'Write to: kim@example.org', 'email', 'kim@example.org'],
    ['a number to call', 'Call: +44 20 7946 0559', 'phone', '+442079460559'],
    ['text with a date in it', 'Place and day: Whitby, 12 May 2026', 'text', 'Whitby, 12 May 2026'],
    ['a number that may be a name', 'Shoe size: 38', 'text', '38'],
    ['text behind a numbered label', '(13) Trade expenses: 2,303', 'text', '2,303'],
  ])('are of the type that the whole value has: %s', (_, line, type, value) => {
    const found = fieldsOf([line]).find((field) => line.endsWith(field.raw) && field.name !== 'date');
    expect(found).toMatchObject({ type, value });
  });

  it('go on in the lines set under the value', () => {
    expect(
      valuesOf([
        'Damage:   the north wall of the workshop',
        '          and the floor below',
        'Handler:  R. Castellane',
      ]),
    ).toMatchObject({ damage: 'the north wall of the workshop and the floor below', handler: 'R. Castellane' });
  });

  it('go on at the margin where the next word had no room', () => {
    expect(
      valuesOf([
        'Damage: the north wall of the workshop and also the whole floor',
        'below it',
        'Handler: R. Castellane',
        'Remarks: none',
        'These were all of them.',
      ]),
    ).toMatchObject({
      damage: 'the north wall of the workshop and also the whole floor below it',
      remarks: 'none',
    });
  });

  it('are found without colons where labels and values stand in a list', () => {
    expect(
      valuesOf([
        'Project code         PMRM',
        'Project leader       J. Anders',
        'Work requested by    R. Sprinkle',
        'Thanks for all.',
      ]),
    ).toMatchObject({ project_code: 'PMRM', project_leader: 'J. Anders', work_requested_by: 'R. Sprinkle' });
  });

  it('are no two runs of words side by side once', () => {
    expect(valuesOf(['Northern office         Southern office', 'We are open all day.'])).not.toHaveProperty(
      'northern_office',
    );
  });

  it('have no value where the next label stands', () => {
    expect(valuesOf(['Approved by:          Date', 'Handler:  R. Castellane'])).not.toHaveProperty('approved_by');
  });

  it('give a title above no value that belongs to the label beside it', () => {
    const values = valuesOf(['       HOUSEHOLD CLAIM FORM', 'Claim number:     HC-558204']);
    expect(values).toMatchObject({ reference: 'HC-558204' });
    expect(values).not.toHaveProperty('form_number');
  });
});
