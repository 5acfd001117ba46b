const MARKUP = /<\/(?:p|div|span|body|html|table|li)>|<br\s*\/?>/i
const LONGEST_MARKUP = 50_000
/** With what is not read: editors write more style than text. */
const LONGEST_SOURCE = 1_000_000
/** A longer tag holds a picture, of any size. */
const LONGEST_TAG = 2_000
const BLANKS = /\s+/g
const LINE_END = /<br\s*\/?>|<\/(?:p|div|tr|li|h\d)>/gi
const UNREAD = /<(style|script|head)\b/gi
/** A reference that no name is long enough for is text. */
const REFERENCE = /&(#x[\da-f]{1,6}|#\d{1,7}|[a-z][a-z\d]{1,7});/gi
/** Those that editors of mails and articles write; letters with an accent are named by both of them. */
const NAMED: ReadonlyMap<string, string> = new Map(
  'lt:< gt:> quot:" apos:\' amp:& euro:€ pound:£ copy:© reg:® deg:° sect:§ ndash:– mdash:— hellip:… bull:• middot:· lsquo:‘ rsquo:’ ldquo:“ rdquo:” bdquo:„ laquo:« raquo:» szlig:ß aelig:æ AElig:Æ oslash:ø Oslash:Ø times:× frac12:½ sup2:² sup3:³ nbsp:'
    .split(' ')
    .map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1) || ' '] as const),
)
const ACCENTS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  uml: '\u0308',
  tilde: '\u0303',
  ring: '\u030A',
  cedil: '\u0327',
}

/** The words of a text that may be HTML, as the body of a mail is; other text stays as it is. */
export function withoutMarkup(text: string): string {
  if (!text.includes('<') || !MARKUP.test(text)) return text
  const read = beginningOf(withoutUnread(withoutPictures(text)))
  const oneLine = read.replaceAll(BLANKS, (run) => (run.includes('\n') ? ' ' : run))
  return withoutTags(oneLine.replaceAll(LINE_END, '\n'))
    .replaceAll(REFERENCE, (all, name: string) => characterOf(name) ?? all)
    .replaceAll(/\n{3,}/g, '\n\n')
}

/** Without a tag that is cut. */
function beginningOf(text: string): string {
  if (text.length <= LONGEST_MARKUP) return text
  const start = text.slice(0, LONGEST_MARKUP)
  const [open, close] = [start.lastIndexOf('<'), start.lastIndexOf('>')]
  return open > close ? start.slice(0, open) : start
}

/** A mail may begin with a picture that is longer than all that is read of it. */
function withoutPictures(text: string): string {
  if (text.length <= LONGEST_TAG) return text
  let [kept, from, at] = ['', 0, 0]
  while (kept.length + at - from < LONGEST_SOURCE) {
    const open = text.indexOf('<', at)
    const close = open < 0 ? -1 : text.indexOf('>', open)
    if (close < 0) break
    at = close + 1
    if (at - open <= LONGEST_TAG) continue
    kept += text.slice(from, open)
    from = at
  }
  return (kept + text.slice(from, from + LONGEST_SOURCE)).slice(0, LONGEST_SOURCE)
}

/** @see https://html.spec.whatwg.org/multipage/named-characters.html */
function characterOf(name: string): string | undefined {
  if (name.startsWith('#')) {
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code).toWellFormed() : undefined
  }
  const accent = ACCENTS[name.slice(1)]
  if (accent !== undefined) return `${name[0] ?? ''}${accent}`.normalize('NFC')
  return NAMED.get(name)
}

/** Without elements that hold no words for a reader. One that is never closed is sought once, not for each that opens. */
function withoutUnread(text: string): string {
  const unclosed = new Set<string>()
  let [kept, at] = ['', 0]
  for (const { index, 1: tag = '' } of text.matchAll(UNREAD)) {
    const name = tag.toLowerCase()
    if (index < at || unclosed.has(name)) continue
    const end = endOf(name, text, index)
    if (end === undefined) unclosed.add(name)
    else [kept, at] = [kept + text.slice(at, index), end]
  }
  return kept + text.slice(at)
}

function endOf(name: string, text: string, from: number): number | undefined {
  const close = new RegExp(`</${name}>`, 'gi')
  const opened = text.indexOf('>', from)
  if (opened < 0) return undefined
  close.lastIndex = opened
  return close.test(text) ? close.lastIndex : undefined
}

/** From each `<` to the next `>`; a last `<` without one is text, as in `a < b`. */
function withoutTags(text: string): string {
  let [kept, at] = ['', 0]
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', at)) {
    const close = text.indexOf('>', open)
    if (close < 0) break
    kept += text.slice(at, open)
    at = close + 1
  }
  return kept + text.slice(at)
}
