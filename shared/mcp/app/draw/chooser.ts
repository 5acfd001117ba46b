import { element } from '../element.ts'
import type { Talk, TextKey } from '../words/words.ts'
import type { Drawing } from './choices.ts'

const SINGLE: Readonly<Record<Drawing, TextKey>> = {
  bars: 'bars',
  columns: 'columns',
  lines: 'lines',
  funnel: 'funnel',
  table: 'table',
}
const STACKED: Readonly<Record<Drawing, TextKey>> = { ...SINGLE, bars: 'stackedBars', columns: 'stackedColumns' }

export type Option = { readonly value: string; readonly text: string }

/** One of a few ways to draw; arrows of the keyboard lead from one to the next, as in every group of radio buttons. */
export function chooseDrawing(
  offered: readonly Drawing[],
  current: Drawing,
  isStacked: boolean,
  talk: Talk,
  chosen: (drawing: Drawing) => void,
): HTMLElement {
  const options = offered.map((drawing) => {
    const input = element('input', { type: 'radio', name: 'picture', value: drawing })
    input.checked = drawing === current
    input.addEventListener('change', () => chosen(drawing))
    const text = talk.text((isStacked ? STACKED : SINGLE)[drawing])
    return element('label', {}, input, element('span', {}, text))
  })
  const name = element('span', { id: 'drawings' }, talk.text('picture'))
  const group = { role: 'radiogroup', 'aria-labelledby': 'drawings' }
  return element('div', { class: 'chooser' }, name, element('div', group, ...options))
}

export function chooseMeasure(
  options: readonly Option[],
  current: string,
  talk: Talk,
  chosen: (value: string) => void,
): HTMLElement {
  const select = element(
    'select',
    {},
    ...options.map(({ value, text }) => element('option', { value, ...(value === current && { selected: '' }) }, text)),
  )
  select.addEventListener('change', () => chosen(select.value))
  return element('label', { class: 'chooser' }, element('span', {}, talk.text('figure')), select)
}
