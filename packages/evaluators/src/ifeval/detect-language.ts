import type { eld } from 'eld/medium';
import type { franc } from 'franc';

/** How much of a text its language is told from, in UTF-16 units: as much as `langdetect` reads. */
const longestReadText = 10_000;
/** `eld` reads no more than this at once. */
const pieceLength = 1000;

/** The languages that `eld` knows (ISO 639-1), by what `franc` calls them (ISO 639-3). */
const languageCodes = {
  ...{ am: 'amh', ar: 'arb', az: 'azj', be: 'bel', bg: 'bul', bn: 'ben', ca: 'cat', cs: 'ces', da: 'dan', de: 'deu' },
  ...{ el: 'ell', en: 'eng', es: 'spa', et: 'est', eu: 'eus', fa: 'pes', fi: 'fin', fr: 'fra', gu: 'guj', he: 'heb' },
  ...{ hi: 'hin', hr: 'hrv', hu: 'hun', hy: 'hye', is: 'isl', it: 'ita', ja: 'jpn', ka: 'kat', kn: 'kan', ko: 'kor' },
  ...{ ku: 'kmr', lo: 'lao', lt: 'lit', lv: 'lvs', ml: 'mal', mr: 'mar', ms: 'zlm', nl: 'nld', no: 'nob', or: 'ory' },
  ...{ pa: 'pan', pl: 'pol', pt: 'por', ro: 'ron', ru: 'rus', sk: 'slk', sl: 'slv', sq: 'als', sr: 'srp', sv: 'swe' },
  ...{ ta: 'tam', te: 'tel', th: 'tha', tl: 'tgl', tr: 'tur', uk: 'ukr', ur: 'urd', vi: 'vie', yo: 'yor', zh: 'cmn' },
} as const;

/** Languages of the benchmark that `eld` does not know. */
const furtherLanguages = { ne: 'npi', sw: 'swh' } as const;

/** What `detectLanguage` may answer. */
export const detectableLanguages: ReadonlySet<string> = new Set([
  ...Object.keys(languageCodes),
  ...Object.keys(furtherLanguages),
]);

interface Detectors {
  readonly eld: typeof eld;
  readonly franc: typeof franc;
}

let detectors: Promise<Detectors> | undefined;

/** Half a second and 100 MB, so only once it is asked for. */
async function openDetectors(): Promise<Detectors> {
  const [{ eld }, { franc }] = await Promise.all([import('eld/medium'), import('franc')]);
  return { eld, franc };
}

/**
 * The text without addresses and, where other letters prevail, without Latin ones, which are then quotations and names: as
 * `langdetect` prepares it.
 */
function prepare(text: string): string {
  const read = text
    .slice(0, longestReadText)
    .replace(/https?:\/\/[-\w.?&~;+=/#]+/g, ' ')
    .replace(/[-.\w]{1,64}@[-\w]{1,255}[-.\w]{1,255}/g, ' ');
  const latin = read.match(/[A-z]/g)?.length ?? 0;
  const other = read.match(/[\u0300-\u1dff\u1f00-\uffff]/g)?.length ?? 0;
  return latin * 2 < other ? read.replace(/[A-z]/g, '') : read;
}

interface Finding {
  /** `''` where there is none. */
  readonly language: string;
  readonly reliable: boolean;
}

/** The language of most of the text by `eld`. */
function prevailingLanguage(text: string, { eld }: Detectors): Finding {
  const found = new Map<string, { length: number; reliable: boolean }>();
  for (let start = 0; start < text.length; start += pieceLength) {
    const piece = text.slice(start, start + pieceLength);
    const result = eld.detect(piece);
    if (result.language === '') continue;
    const before = found.get(result.language) ?? { length: 0, reliable: false };
    found.set(result.language, {
      length: before.length + piece.length,
      reliable: before.reliable || result.isReliable(),
    });
  }
  let best: Finding & { readonly length: number } = { language: '', reliable: false, length: 0 };
  for (const [language, { length, reliable }] of found) if (length > best.length) best = { language, reliable, length };
  return best;
}

/**
 * The languages that `eld` does not know and may have met. It takes Nepali for Hindi or Marathi, and Swahili for one or another
 * language, hardly ever reliably and never for English: of 1,500 short pieces of English, `franc` alone would call up to 8 % Swahili.
 */
function furtherCandidates({ language, reliable }: Finding): readonly (keyof typeof furtherLanguages)[] {
  if (language === 'hi' || language === 'mr') return ['ne'];
  return language === '' || language === 'en' || reliable ? [] : ['sw'];
}

/**
 * The language of a text as its ISO 639-1 code; undefined for a text without letters; `''` when it cannot be told. `eld`
 * finds it, and `franc` decides between what it found and the languages that it does not know.
 */
export async function detectLanguage(text: string): Promise<string | undefined> {
  const prepared = prepare(text);
  if (!/\p{L}/u.test(prepared)) return undefined;
  const loaded = await (detectors ??= openDetectors());
  const finding = prevailingLanguage(prepared, loaded);
  const further = furtherCandidates(finding);
  if (further.length === 0) return finding.language;
  const known = languageCodes[finding.language as keyof typeof languageCodes];
  const only = [known, ...further.map((language) => furtherLanguages[language])];
  const code = loaded.franc(prepared, { only, minLength: 1 });
  return further.find((language) => furtherLanguages[language] === code) ?? finding.language;
}
