/** How wide texts of the picture are. */
export type Measure = {
  /** In pixels. */
  readonly width: (text: string) => number
  /** @returns the text, or as much of it as is so wide */
  readonly cut: (text: string, most: number) => string
  /** @returns the text in so many lines at most, broken between words */
  readonly lines: (text: string, most: number, count: number) => readonly string[]
}

const SHARE_OF_ROOT = 0.8125

/** Of texts as `chart.css` writes them. */
export function measureFor(root: HTMLElement): Measure {
  const { fontSize, fontFamily } = getComputedStyle(root)
  const context = document.createElement('canvas').getContext('2d')
  if (context) context.font = `${Number.parseFloat(fontSize) * SHARE_OF_ROOT}px ${fontFamily}`
  const width = (text: string): number => context?.measureText(text).width ?? text.length * 7
  const cut: Measure['cut'] = (text, most) => {
    if (width(text) <= most) return text
    const letters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
    // Of an endless text no more is tried than could ever stand there.
    let length = Math.min(letters.length, Math.max(1, Math.floor(most)))
    while (length > 1 && width(`${letters.slice(0, length).join('')}…`) > most) length -= 1
    return `${letters.slice(0, length).join('').trimEnd()}…`
  }
  const lines: Measure['lines'] = (text, most, count) => {
    const [first = '', ...words] = text.split(' ')
    const broken = [first]
    for (const word of words) {
      const longer = `${broken.at(-1)} ${word}`
      if (broken.length === count || width(longer) <= most) broken[broken.length - 1] = longer
      else broken.push(word)
    }
    return broken.map((line) => cut(line, most))
  }
  return { width, cut, lines }
}
