/** Signs that models set in one way and data in another. */
const SAME: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u02bc': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\t': ' ',
  '\\': '',
  '`': '',
  '\u200b': '',
}

/** Small letters without markdown, with plain quotes, dashes and blanks; accents stay, for they are part of a name. */
export function plain(text: string): string {
  const signs = Array.from(text.normalize('NFC'), (sign) => SAME[sign] ?? sign).join('')
  return signs.replaceAll('**', '').toLocaleLowerCase('en')
}

const LABEL = 'answer:'

/** What stands behind the last line that begins with `Answer:`, or all of it where none does. Takes plain text. */
export function answerPart(text: string): string {
  const lines = text.split('\n').map((line) => line.trim())
  const bare = lines.map((line) => line.replace(/^[#>*_ -]+/, ''))
  const at = bare.findLastIndex((line) => line.startsWith(LABEL))
  if (at < 0) return text.trim()
  return [bare[at]?.slice(LABEL.length) ?? '', ...lines.slice(at + 1)].join('\n').trim()
}

export const isLetterOrDigit = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign)
