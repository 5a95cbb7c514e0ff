import { fold } from '../text.ts';

/** ISO 3166-1: alpha-2 then alpha-3. */
const COUNTRIES =
  'ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL BFBFA ' +
  'BGBGR BHBHR BIBDI BJBEN BMBMU BNBRN BOBOL BRBRA BSBHS BTBTN BWBWA BYBLR BZBLZ CACAN CDCOD CFCAF CGCOG CHCHE CICIV CKCOK ' +
  'CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY ERERI ' +
  'ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP ' +
  'GQGNQ GRGRC GTGTM GUGUM GWGNB GYGUY HKHKG HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IQIRQ IRIRN ISISL ITITA ' +
  'JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA ' +
  'LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT ' +
  'MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN ' +
  'PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB ' +
  'SCSYC SDSDN SESWE SGSGP SISVN SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TGTGO ' +
  'THTHA TJTJK TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB ' +
  'VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE';

const alpha3 = new Map(COUNTRIES.split(' ').map((entry) => [entry.slice(2), entry.slice(0, 2)]));
const alpha2 = new Set(alpha3.values());

let names: Map<string, string> | null = null;

/** Country names in English, German, French and Spanish, folded; made at first use. */
function countryNames(): Map<string, string> {
  if (names !== null) return names;
  names = new Map([
    ['usa', 'US'],
    ['u.s.a.', 'US'],
    ['uk', 'GB'],
    ['great britain', 'GB'],
    ['england', 'GB'],
    ['holland', 'NL'],
  ]);
  for (const language of ['en', 'de', 'fr', 'es']) {
    const display = new Intl.DisplayNames([language], { type: 'region' });
    for (const code of alpha2) {
      const name = display.of(code);
      if (name !== undefined) names.set(fold(name), code);
    }
  }
  return names;
}

/** ISO 3166-1 alpha-2 of a code or name; null if unknown. `D` is Germany's code in machine-readable zones. */
export function normalizeCountry(text: string): string | null {
  const trimmed = text.trim().replace(/<+$/, '');
  const upper = trimmed.toUpperCase();
  if (upper === 'D') return 'DE';
  if (alpha2.has(upper)) return upper;
  return alpha3.get(upper) ?? countryNames().get(fold(trimmed)) ?? null;
}

const currencyCodes = new Set(Intl.supportedValuesOf('currency'));

/** ISO 4217 by what is printed. `$`, `kr` and `¥` name several currencies: what the document says elsewhere decides. */
const SYMBOLS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₩': 'KRW',
  '₽': 'RUB',
  '₺': 'TRY',
  '₪': 'ILS',
  '₫': 'VND',
  '₱': 'PHP',
  '฿': 'THB',
  '¥': 'JPY',
  $: 'USD',
  us$: 'USD',
  s$: 'SGD',
  a$: 'AUD',
  c$: 'CAD',
  ca$: 'CAD',
  hk$: 'HKD',
  nz$: 'NZD',
  r$: 'BRL',
  rm: 'MYR',
  rp: 'IDR',
  rs: 'INR',
  zł: 'PLN',
  kč: 'CZK',
  euro: 'EUR',
  euros: 'EUR',
  dollars: 'USD',
  sfr: 'CHF',
  'fr.': 'CHF',
};
export const AMBIGUOUS_SYMBOLS: ReadonlySet<string> = new Set(['$', '¥']);

/** ISO 4217 of a code or symbol; null if unknown. */
export function normalizeCurrency(text: string): string | null {
  const trimmed = text.trim();
  const upper = trimmed.toUpperCase();
  if (/^[A-Z]{3}$/.test(upper) && currencyCodes.has(upper)) return upper;
  return SYMBOLS[trimmed.toLowerCase()] ?? null;
}
