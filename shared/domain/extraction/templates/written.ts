import type { TemplateDef } from './template.ts';

/** Documents made of words: agreements, papers of identity, forms, letters, and what is none of these. */
export const writtenTemplates: readonly TemplateDef[] = [
  {
    name: 'contract',
    label: 'Contract',
    titles: [
      [
        'agreement|contract|vertrag|contrat|contrato|lease|non disclosure agreement|terms and conditions|mietvertrag|arbeitsvertrag|deed',
        3.5,
      ],
    ],
    phrases: [
      ['hereinafter|hereafter|hereto|herein|whereas|witnesseth', 2],
      ['this agreement|this contract|dieser vertrag|le present contrat|el presente contrato', 2],
      ['the parties|party of the first part|vertragsparteien|les parties|las partes', 1.5],
      ['governing law|jurisdiction|gerichtsstand|droit applicable', 1.2],
      ['termination|terminate|kundigung|resiliation', 0.8],
      ['in witness whereof|executed by|entire agreement|force majeure|indemnify|confidential information', 1.5],
      ['shall', 0.5],
    ],
    signs: { prose: 1 },
  },
  {
    name: 'identity_document',
    label: 'Identity document',
    titles: [
      [
        'passport|passeport|reisepass|pasaporte|identity card|identification card|driver license|driving licence|driver s license|personalausweis|carte nationale d identite|documento nacional de identidad|residence permit|fuhrerschein|permis de conduire',
        4,
      ],
    ],
    phrases: [
      ['date of birth|geburtsdatum|date de naissance|fecha de nacimiento|dob', 1.2],
      ['nationality|staatsangehorigkeit|nationalite|nacionalidad', 1.5],
      ['place of birth|geburtsort|lieu de naissance', 1],
      ['date of expiry|expiry date|gultig bis|date d expiration|date of issue', 1.5],
      ['surname|given names|prenoms|vornamen', 1],
      ['issuing authority|authority|behorde|autorite', 0.8],
      ['sex|height|eyes|class', 0.5],
    ],
    signs: { mrz: 6 },
  },
  {
    name: 'form',
    label: 'Form',
    titles: [
      ['form|application|questionnaire|registration|formular|antrag|formulaire|formulario|solicitud|request for', 1.8],
    ],
    phrases: [
      ['please print|please complete|please fill|check one|check all|tick|bitte ausfullen', 2],
      ['signature|unterschrift|firma del', 0.8],
      ['applicant|date of birth|first name|last name|full name', 1],
      ['for office use only|office use', 2],
      ['yes no|if yes', 1],
      ['form no|form number|omb no', 1.5],
    ],
    signs: { manyColons: 3 },
  },
  {
    name: 'letter',
    label: 'Letter',
    titles: [['memorandum|memo|dear|sehr geehrte|madame|monsieur|estimado|estimada', 1.5]],
    phrases: [
      [
        'sincerely|yours sincerely|sincerely yours|best regards|kind regards|yours faithfully|yours truly|regards|mit freundlichen grussen|cordialement|atentamente|saludos',
        2.5,
      ],
      ['re|subject|betreff|objet|asunto', 0.8],
      ['enclosure|enclosures|encl|anlage|anlagen|piece jointe|cc', 0.8],
      ['thank you for your|i am writing|we are writing|please do not hesitate', 1.2],
    ],
    signs: { salutation: 3, prose: 0.8 },
  },
  { name: 'generic', label: 'Document', titles: [], phrases: [], signs: {} },
];
