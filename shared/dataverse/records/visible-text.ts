/** Controls, formats, halves of surrogate pairs, private use, and what is ignored by default, but for what is judged below. */
const UNSEEN =
  /\u{1F3F4}(?:\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073}))\u{E007F}|[[[\p{Cc}--[\t\n\r]]\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]--[\uFE00-\uFE0F\u200C-\u200D\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]]/gv
const FLAG = '\u{1F3F4}'
/** A selector chooses the look of one character before it; in a row they spell bytes. */
const STRAY_SELECTOR = /(?<![^\s\uFE00-\uFE0F\u200C\u200D])[\uFE00-\uFE0F]/gv
/** Joiners shape letters of these scripts and build emoji; elsewhere, and in a row, they spell bits. */
const STRAY_JOINER =
  /(?<![[\p{L}\p{M}]&&[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Nko}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}]])(?:(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])[\u200C\u200D]|\u200C|\u200D(?!\p{Extended_Pictographic}))/gv
/** Of ASCII, Latin letters and the euro alone, as most texts are, no property need be looked up. */
const NOT_PLAIN = /[^\t\n\r -~\u00A0-\u00AC\u00AE-\u024F\u20AC]/
const SUSPECT = /[[\p{Cc}--[\t\n\r]]\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/v

/**
 * A text as its reader sees it: without characters that a model reads and a person does not, or that turn round what
 * the person sees. Flags of England, Scotland and Wales, joined emoji and the joiners of scripts that need them stay.
 * @see https://www.unicode.org/reports/tr36/ for what such characters are used for
 * @see https://www.unicode.org/reports/tr51/ for sequences of emoji and flags
 */
export function visible(text: string): string {
  if (!isSuspect(text)) return text
  return text
    .replaceAll(UNSEEN, (found) => (found.startsWith(FLAG) ? found : ''))
    .replaceAll(STRAY_SELECTOR, '')
    .replaceAll(STRAY_JOINER, '')
}

function isSuspect(text: string): boolean {
  return NOT_PLAIN.test(text) && SUSPECT.test(text)
}

/**
 * The same of every text in what a tool gives, and of its keys: labels of records may be keys. What holds nothing unseen
 * is given back itself.
 */
export function visibleTexts<T>(value: T): T
export function visibleTexts(value: unknown): unknown {
  return holdsSuspect(value, new Set()) ? cleaned(value) : value
}

/** @param harmless keys that were looked at: all rows of a list have the same */
function holdsSuspect(value: unknown, harmless: Set<string>): boolean {
  if (typeof value === 'string') return isSuspect(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) {
    for (const one of value) if (holdsSuspect(one, harmless)) return true
    return false
  }
  for (const key in value) {
    if (!harmless.has(key)) {
      if (isSuspect(key)) return true
      harmless.add(key)
    }
    if (holdsSuspect((value as Readonly<Record<string, unknown>>)[key], harmless)) return true
  }
  return false
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return visible(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [visible(key), cleaned(of)]))
}
