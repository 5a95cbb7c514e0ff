import { canonical } from './normalize.ts';

/**
 * What papers are called in file names: alone, with nothing around them, they look to a model like names. Words that people
 * are called as well (`Bill`, `Will`, `May`) are not among them.
 */
const WORDS = `
account accounts agreement annual annex appendix application appraisal archive assessment attachment attestation audit
balance bank booking brief brochure budget card case certificate certification chart claim clean confirmation consent
contract copy correspondence cover credit curriculum cv customer data deed delivery demand deposit details diagnosis
diploma discharge document documents draft drawing driver driving elevation employment enclosure endorsement enrolment
enrollment estimate evaluation evidence exam example exhibit expense expenses export extract fax file final finance
financial form forms handbook health history identity image img import income index info information inspection
insurance interview inventory invoice invoices issue lab lease ledger letter letters license licence list loan log
mail manual map medical meeting membership memo message minutes mortgage note notes notice notification offer order
original outline overview paper passport pay payment payroll payslip pdf permit photo picture plan policy portfolio
prescription presentation price print privacy proof proposal protocol purchase quarterly questionnaire quotation quote
receipt receipts record records reference referral refund register registration release reminder rental report reports
request resignation resume result results review revised salary sample scan scanned schedule screenshot sheet signed
slip specification statement statements subscription summary survey table tax template terms test ticket timesheet
title transcript transfer travel treatment trial update upload utility version visa voucher warranty work

abrechnung abschluss adresse akte analyse anfrage angebot anhang anlage anmeldung anschreiben antrag antwort
arbeitsvertrag arbeitszeugnis arztbrief attest auftrag aufstellung ausweis auszug befund beleg bericht bescheid
bescheinigung bestellung bewerbung bild buchung datei daten diagnose dokument dokumente eingang einkommen einladung
entwurf erinnerung erklärung formular foto führerschein gehalt gehaltsabrechnung genehmigung gesetz gutachten
gutschrift inhalt jahresabschluss kassenbon kaufvertrag konto kontoauszug kopie krankenkasse kündigung lebenslauf
lieferschein liste lohn lohnabrechnung mahnung meldung mietvertrag mitteilung nachweis notiz nummer personalausweis
police preisliste protokoll prüfung quittung rechnung rechnungen reisepass rezept schein schreiben seite sitzung
steuer steuerbescheid steuererklärung tabelle termin übersicht unterlagen unterschrift urkunde urlaub versicherung
vertrag verträge vollmacht vorlage zahlung zeugnis zertifikat zusammenfassung

accord acte annexe assurance avis banque bilan bon bulletin carte certificat commande compte contrat copie courrier
demande devis diplôme dossier facture factures fiche formulaire identité impôt impôts justificatif lettre loyer mandat
ordonnance paie passeport permis procès quittance rapport reçu relevé résumé salaire

acta acuerdo albarán anexo banco carta certificado cita comprobante contrato copia cotización cuenta currículum
declaración documento escritura expediente extracto factura facturas ficha firma formulario hoja identidad impuesto
informe justificante lista nómina nota oferta orden pago pasaporte pedido poder presupuesto recibo receta renta
resumen seguro solicitud título

allegato assegno bolla busta certificato conto contratto dichiarazione estratto fattura fatture lettera modulo ordine
passaporto patente pagamento preventivo ricevuta ricetta richiesta tessera verbale visura

atestado boleto certidão comprovante comprovativo conta cópia declaração extrato fatura formulário imposto orçamento
passaporte procuração relatório resumo

aanvraag afschrift bestelling bewijs factuur formulier jaarrekening loonstrook offerte overeenkomst paspoort polis
rekening rijbewijs verklaring verslag verzekering

dowód faktura formularz paszport pismo podanie protokół rachunek raport umowa wniosek wyciąg zaświadczenie zamówienie

january february march april june july august september october november december januar februar märz mai juni juli
oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre enero febrero marzo
abril junio julio agosto septiembre octubre noviembre diciembre
`;

const PAPER_WORDS = new Set(WORDS.split(/\s+/).filter(Boolean).map(canonical));

export const isPaperWord = (word: string): boolean => PAPER_WORDS.has(canonical(word));

/**
 * The range without words for papers, numbers and marks at its ends: `Jane Doe` of `Passport Jane Doe 2`. Null where nothing else is in
 * it.
 */
export function withoutPaperWords(
  text: string,
  { start, end }: { start: number; end: number },
): { start: number; end: number } | null {
  const names = [...text.slice(start, end).matchAll(/[\p{L}\p{M}\p{N}]+/gu)].filter(
    ([word]) => /\p{L}/u.test(word) && !isPaperWord(word),
  );
  const [first, last] = [names[0], names.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { start: start + first.index, end: start + last.index + last[0].length };
}
