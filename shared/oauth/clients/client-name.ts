const MOST_READ = 1_000
const MOST_GRAPHEMES = 100
/** The client id holds the name, and people read the addresses that it holds too. */
const MOST_BYTES = 120
const NAMELESS = 'An app without a name'

const ofScripts = (names: string) =>
  names
    .split(' ')
    .map((name) => `\\p{scx=${name}}`)
    .join('')
/**
 * Scripts in everyday use, those first whose accents have composed forms. What others have to offer for a name is mostly
 * what looks like quotes, or like nothing.
 * @see https://www.unicode.org/reports/tr31/#Table_Recommended_Scripts
 */
const COMPOSING = ofScripts('Latn Grek Cyrl Armn')
const OTHERS = ofScripts(
  'Hebr Arab Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Geor Hang Ethi Khmr Hira Kana Hani Bopo',
)

/** Modifier letters are strokes and rings at the height of a quote, but for those that East and South Asia write with. */
const LETTERS = `[[\\p{L}&&[${COMPOSING}${OTHERS}]]--[\\p{Lm}&&[${COMPOSING}]]--[\\u0149\\u1e9a\\ua78b\\ua78c]]`
/** Of those without a composed form with every letter; commas, angles and brackets above a letter are none of them. */
const ACCENTS = '[\\u0300-\\u0304\\u0306-\\u030a\\u030c\\u0323-\\u0328\\u032d-\\u0331]'
const MARKS = `[[[\\p{Mn}\\p{Mc}]&&[${OTHERS}]]${ACCENTS}]`
const PICTURES = `[\\p{Extended_Pictographic}--\\p{Cn}]`
const KEPT = `[${LETTERS}${MARKS}${PICTURES}\\p{Nd}\\p{Nl}\\p{Sc}&+,.\\/:;@#!?%*=_\\|~\\-·•–—…・ ]`

const BLANK = /\p{White_Space}+/gu
/** Without a width, or a quotation mark: what is around it belongs together. */
const DROPPED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\p{Quotation_Mark}\p{Emoji_Modifier}]/gu
const OTHER_MARK = new RegExp(`[\\p{M}--${MARKS}--\\p{Default_Ignorable_Code_Point}]`, 'gv')
const NOT_KEPT = new RegExp(`[^${KEPT}]`, 'gv')
const MARK_ALONE = /(^|[^\p{L}\p{M}])\p{M}+/gu
const ACCENT_ON_ACCENT = new RegExp(`(${ACCENTS})${ACCENTS}+`, 'gv')
const SAME_MARK = /(\p{M})\1+/gu
const TOWER = /(\p{M}{3})\p{M}+/gu
const SAYS_SOMETHING = /[\p{L}\p{N}\p{Extended_Pictographic}]/u

/**
 * A name as a client gave it, fit for the sentence of a page: on one line, no quotation marks, brackets, invisible or
 * direction characters, no blanks but single spaces, no tower of marks on a letter, at most 100 characters as people
 * count them and 120 bytes. Cleaning it again changes nothing.
 */
export function cleanClientName(name: string | undefined): string {
  const short = cut(settle((name ?? '').slice(0, MOST_READ)))
  return SAYS_SOMETHING.test(short) ? short : NAMELESS
}

/** What one pass drops may let what is left compose anew, to what the next pass drops; each leaves less. */
function settle(text: string): string {
  const kept = onePass(text)
  return kept === text ? kept : settle(kept)
}

const onePass = (text: string): string =>
  text
    .normalize('NFC')
    .replace(BLANK, ' ')
    .replace(DROPPED, '')
    .replace(OTHER_MARK, '')
    .replace(NOT_KEPT, ' ')
    .normalize('NFC')
    .replace(MARK_ALONE, '$1')
    .replace(ACCENT_ON_ACCENT, '$1')
    .replace(SAME_MARK, '$1')
    .replace(TOWER, '$1')
    .replace(BLANK, ' ')
    .trim()

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Between two characters as people see them, with an ellipsis that says so. */
function cut(name: string): string {
  const graphemes = [...GRAPHEMES.segment(name)].map(({ segment }) => segment)
  if (graphemes.length <= MOST_GRAPHEMES && Buffer.byteLength(name) <= MOST_BYTES) return name
  let short = ''
  for (const grapheme of graphemes.slice(0, MOST_GRAPHEMES - 1)) {
    if (Buffer.byteLength(`${short}${grapheme}…`) > MOST_BYTES) break
    short += grapheme
  }
  return `${short.trimEnd()}…`
}
