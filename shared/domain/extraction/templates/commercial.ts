import type { TemplateDef } from './template.ts';

/** Documents about money: what was sold, ordered, paid. */
export const commercialTemplates: readonly TemplateDef[] = [
  {
    name: 'invoice',
    label: 'Invoice',
    titles: [['invoice|tax invoice|rechnung|facture|factura|commercial invoice|pro forma invoice|credit note', 3]],
    phrases: [
      [
        'invoice number|invoice no|invoice #|rechnungsnummer|rechnungs nr|numero de facture|facture no|numero de factura',
        2,
      ],
      ['invoice date|rechnungsdatum|date de facture|fecha de factura', 1.5],
      ['due date|payment due|zahlbar bis|fallig am|date d echeance|fecha de vencimiento', 2],
      ['bill to|billed to|sold to|invoice to|rechnungsadresse|facture a|facturar a', 2],
      ['payment terms|zahlungsbedingungen|conditions de paiement|condiciones de pago|net 30', 1.5],
      ['amount due|balance due|zahlbetrag|net a payer|total a pagar', 1],
      ['unit price|einzelpreis|prix unitaire|precio unitario', 0.8],
      ['remit to|bank details|bankverbindung|please pay|make checks payable', 1],
      ['invoice', 0.5],
    ],
    signs: { iban: 1, items: 0.8 },
  },
  {
    name: 'receipt',
    label: 'Receipt',
    titles: [['receipt|cash sale|simplified invoice|quittung|kassenbon|beleg|recu|ticket|recibo|resit|cash bill', 2.5]],
    phrases: [
      ['cash|tendered|efectivo|especes|tunai|visa|mastercard', 1.5],
      ['change|change due|ruckgeld|rendu|cambio|baki', 2],
      ['cashier|served by|server|kassierer|caissier|cajero', 2],
      ['rounding|rounding adj|round amt|rundung', 1.2],
      ['thank you|please come again|vielen dank|merci|gracias|terima kasih', 1.2],
      ['goods sold are not|not refundable|exchange|no refund', 0.8],
      ['gst summary|tax summary', 1],
      ['pos no|terminal|till|table|pax|station|counter', 0.8],
      ['receipt no|receipt|rcpt no|slip no', 1],
      ['subtotal|sub total|total qty|item count', 0.6],
      ['parking|take away|dine in|pump', 0.6],
    ],
    signs: { narrow: 3, manyAmounts: 0.6 },
  },
  {
    name: 'purchase_order',
    label: 'Purchase order',
    titles: [['purchase order|bestellung|bon de commande|orden de compra|order form', 4.5]],
    phrases: [
      ['purchase order number|purchase order no|po number|po no|p o number|bestellnummer', 1.5],
      ['ship to|deliver to|lieferadresse|adresse de livraison', 1.2],
      ['vendor|supplier|lieferant|fournisseur|proveedor', 1],
      ['delivery date|required by|liefertermin', 1],
      ['requested by|ordered by|authorized by|requisitioner|ship via|fob', 1],
      ['order date|date of order', 0.8],
    ],
    signs: { items: 0.6 },
  },
  {
    name: 'bank_statement',
    label: 'Bank statement',
    titles: [
      [
        'bank statement|account statement|statement of account|kontoauszug|releve de compte|releve bancaire|extracto bancario|extracto de cuenta|checking account|account summary',
        4,
      ],
    ],
    phrases: [
      [
        'opening balance|beginning balance|balance brought forward|anfangssaldo|alter kontostand|solde initial|saldo inicial',
        2.5,
      ],
      ['closing balance|ending balance|balance carried forward|endsaldo|neuer kontostand|solde final|saldo final', 2.5],
      ['statement period|statement date|auszug nr', 1.5],
      ['deposits|credits|money in|paid in|gutschrift|abono', 1],
      ['withdrawals|debits|money out|paid out|lastschrift|cargo', 1],
      ['direct debit|standing order|atm|card payment|interest', 0.8],
      ['account number|kontonummer|sort code', 1],
    ],
    signs: { transactions: 2.5, iban: 0.5 },
  },
];
