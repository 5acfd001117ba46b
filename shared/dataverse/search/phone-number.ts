/** A number without what stands before it at home (0) or abroad (+, 00). */
export type PhoneNumber = {
  readonly digits: string
  /** `bare`: nothing tells whether the country or the area is among the digits. */
  readonly form: 'international' | 'national' | 'bare'
}

const FEWEST_DIGITS = 7
/** E.164 allows fifteen. */
const MOST_DIGITS = 15
const LONGEST_COUNTRY = 3
const LONGEST_TEXT = 60
const WRITTEN = /^[\d\s()+./\u2010-\u2015-]+/
const EXTENSION = /^(?:ext?|x|[#;,:])?[.:\s]{0,5}\d{0,8}$/i
const BEFORE = /^[^\d+(]{0,20}/
/** What stands in front of a number in a signature, and the scheme of RFC 3966. */
const LABEL = /^(?:(?:tel(?:ephone)?|phone|mob(?:ile)?|cell|fax|call)[.:]{0,2}|[tmpf][.:]) ?(?=[\d+(])/i
const QUOTE = /^["'<[\u2018-\u201f\u00ab\u00bb]|["'>\]?!\u2018-\u201f\u00ab\u00bb]$/g

/** The same without a label in front of it and quotes or brackets around it, where it is short enough for a number. */
export function bareNumber(text: string): string {
  const line = text.trim()
  return line.length > LONGEST_TEXT ? line : line.replaceAll(QUOTE, '').trim().replace(LABEL, '')
}

/** A text that is a telephone number and nothing else, its extension left out; `undefined` for any other. */
export function readNumber(text: string): PhoneNumber | undefined {
  const [written = ''] = text.length > LONGEST_TEXT ? [] : (WRITTEN.exec(text.trim()) ?? [])
  return EXTENSION.test(text.trim().slice(written.length)) ? numberIn(written) : undefined
}

/** The number of a column, which may have a word on either side of it. */
function storedNumber(text: string): PhoneNumber | undefined {
  const [written = ''] = WRITTEN.exec(text.slice(0, LONGEST_TEXT).replace(BEFORE, '')) ?? []
  return numberIn(written)
}

function numberIn(text: string): PhoneNumber | undefined {
  const written = text.trim()
  const all = written.replaceAll(/\D/g, '')
  const isAbroad = /^\(?\+/.test(written) || (all.startsWith('00') && all.length > 9)
  // The 0 that is dialled at home alone stands in brackets behind the country.
  const digits = isAbroad
    ? written
        .replaceAll(/\(\s?0\s?\)/g, '')
        .replaceAll(/\D/g, '')
        .replace(/^00/, '')
    : all
  const form = isAbroad ? 'international' : digits.startsWith('0') ? 'national' : 'bare'
  const significant = form === 'national' ? digits.slice(1) : digits
  const { length } = significant
  return length < FEWEST_DIGITS || length > MOST_DIGITS ? undefined : { digits: significant, form }
}

/** What `like` finds the number by, whatever stands between its digits: its end, which is written everywhere. */
export function numberPattern({ digits, form }: PhoneNumber): string {
  const hasCountry = form === 'international' || (form === 'bare' && digits.length > 10)
  const shared = hasCountry ? Math.max(FEWEST_DIGITS, digits.length - LONGEST_COUNTRY) : digits.length
  return `%${Array.from(digits.slice(-shared)).join('%')}%`
}

/** Whether a number that was found is the one that was asked for, or ends with the digits that were asked for alone. */
export function isSameNumber(asked: PhoneNumber, text: string): boolean {
  const stored = storedNumber(text)
  if (!stored) return false
  if (asked.digits === stored.digits)
    return asked.form === stored.form || asked.form === 'bare' || stored.form === 'bare'
  const isLonger = stored.digits.length > asked.digits.length
  const [long, short] = isLonger ? [stored, asked] : [asked, stored]
  if (!long.digits.endsWith(short.digits) || short.form === 'international') return false
  const before = long.digits.slice(0, -short.digits.length)
  // Asked for without its area: every number that ends so.
  if (isLonger && short.form === 'bare') return true
  const country = short.form === 'national' ? before.replace(/0$/, '') : before
  return long.form !== 'national' && country.length <= LONGEST_COUNTRY
}
