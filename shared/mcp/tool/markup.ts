const MARKUP = /<\/(?:p|div|span|body|html|table|li)>|<br\s*\/?>/i
const LONGEST_MARKUP = 50_000
const BLANKS = /\s+/g
const LINE_END = /<br\s*\/?>|<\/(?:p|div|tr|li|h\d)>/gi
const UNREAD = /<(style|script|head)\b/gi
const ENTITIES: Readonly<Record<string, string>> = { nbsp: ' ', lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }

/** The words of a text that may be HTML, as the body of a mail is; other text stays as it is. */
export function withoutMarkup(text: string): string {
  if (!text.includes('<') || !MARKUP.test(text)) return text
  const oneLine = withoutUnread(text.slice(0, LONGEST_MARKUP)).replaceAll(BLANKS, (run) =>
    run.includes('\n') ? ' ' : run,
  )
  return withoutTags(oneLine.replaceAll(LINE_END, '\n'))
    .replaceAll(/&(nbsp|lt|gt|quot|#39|amp);/g, (_all, name: string) => ENTITIES[name] ?? '')
    .replaceAll(/\n{3,}/g, '\n\n')
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
