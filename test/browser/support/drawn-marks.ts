import type { Frame } from 'playwright-core'

/** A mark as the page shows it, in pixels of the screen. */
export type Mark = {
  readonly label: string
  readonly series: string
  readonly value: number
  readonly rows: readonly number[]
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Where its own point 0, 0 is. */
  readonly x: number
  readonly y: number
}
/** A line of the axis. */
export type Tick = { readonly value: number; readonly x: number; readonly y: number }
export type Drawn = {
  readonly marks: readonly Mark[]
  readonly ticks: readonly Tick[]
  /** Of lines: how often each begins anew. */
  readonly pieces: readonly number[]
  /** Texts that lie over each other, or beyond the picture. */
  readonly clashes: readonly string[]
}

/** Reads a picture back from the page. */
export function readMarks(view: Frame): Promise<Drawn> {
  return view.evaluate(() => {
    const all = <T extends Element>(selector: string) => [...document.querySelectorAll<T>(`.picture > svg ${selector}`)]
    const marks = all<SVGGraphicsElement>('.mark').map((mark) => {
      const { left, right, top, bottom } = mark.getBoundingClientRect()
      const { e: x = 0, f: y = 0 } = mark.getScreenCTM() ?? {}
      const rows = (mark.dataset['rows'] ?? '').split(' ').map(Number)
      const { label = '', series = '', value } = mark.dataset
      return { label, series, value: Number(value), rows, left, right, top, bottom, x, y }
    })
    const ticks = all<SVGElement>('line[data-value]').map((line) => {
      const { left, top } = line.getBoundingClientRect()
      return { value: Number(line.dataset['value']), x: left, y: top }
    })
    const frame = document.querySelector('.picture > svg')?.getBoundingClientRect()
    const texts = all<SVGTextElement>('text').map((text) => ({
      name: text.textContent,
      box: text.getBoundingClientRect(),
    }))
    // Boxes of texts are as high as their lines, letters are not.
    const [BETWEEN, EDGE] = [3, 1]
    const clashes = texts.flatMap(({ name, box }, at) => [
      ...(frame && (box.left < frame.left - EDGE || box.right > frame.right + EDGE) ? [`${name} is outside`] : []),
      ...texts.slice(at + 1).flatMap((other) => {
        const isBeside = box.right <= other.box.left || other.box.right <= box.left
        const isAbove = box.bottom - BETWEEN <= other.box.top || other.box.bottom - BETWEEN <= box.top
        return isBeside || isAbove ? [] : [`${name} over ${other.name}`]
      }),
    ])
    const pieces = all('path.line').map((line) => (line.getAttribute('d') ?? '').split('M').length - 1)
    return { marks, ticks, pieces, clashes }
  })
}
