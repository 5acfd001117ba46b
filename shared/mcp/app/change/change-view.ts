import { element } from '../element.ts'
import type { Change, Line, Value } from './change.ts'
import type { Outcome } from './outcome.ts'

/** Beyond it a text scrolls within its cell, all of it there to read. */
const LONG = 600

/** The difference, and what speaks for and against it. @param locale BCP 47, of the host */
export function drawChange(change: Change, locale: string | undefined): HTMLElement[] {
  const { name, summary, changes, problems, duplicates, notes } = change
  const alike = duplicates.map(({ name: title, entity, about }) =>
    [title === '' ? '(no name)' : title, entity, about].filter((part) => part !== undefined).join(' · '),
  )
  return [
    element('h1', { dir: 'auto' }, name),
    ...(summary === '' ? [] : [element('p', { class: 'about', dir: 'auto' }, summary)]),
    ...drawList(
      'problems',
      'This stands in the way:',
      problems.map(({ text }) => text),
    ),
    ...(changes.length > 0 ? [drawDifference(changes, locale)] : []),
    ...drawList('duplicates', 'Records like it are there already:', alike),
    ...drawList('notes', 'To know:', notes),
  ]
}

/** How it ended. It takes the focus, which the buttons had. */
export function drawOutcome({ kind, title, lines }: Outcome): HTMLElement {
  const said = lines.map((line) => element('p', { dir: 'auto' }, line))
  return element('section', { class: `outcome ${kind}`, tabindex: -1 }, element('h2', {}, title), ...said)
}

export function drawButton(text: string, name: string, clicked: () => void): HTMLButtonElement {
  const button = element('button', { type: 'button', class: `choice ${name}` }, text)
  button.addEventListener('click', clicked)
  return button
}

function drawList(name: string, title: string, items: readonly string[]): HTMLElement[] {
  if (items.length === 0) return []
  const lines = items.map((text) => element('li', { dir: 'auto' }, text))
  return [element('section', { class: name }, element('h2', {}, title), element('ul', {}, ...lines))]
}

/** A new record has no column "now". Roles are said, as a narrow table is laid out as blocks, which are no table. */
function drawDifference(changes: readonly Line[], locale: string | undefined): HTMLElement {
  const hasBefore = changes.some(({ from }) => from !== undefined)
  const titles = hasBefore ? ['Column', 'Now', 'Then'] : ['Column', 'Value']
  const head = titles.map((title) => element('th', { scope: 'col', role: 'columnheader' }, title))
  const rows = changes.map(({ label, from, to, id, entity }) => {
    const after = drawCell(to, hasBefore ? 'Then' : 'Value', locale)
    if (id !== undefined) after.append(element('span', { class: 'about' }, [entity, id].join(' ')))
    return element(
      'tr',
      { role: 'row' },
      element('th', { scope: 'row', role: 'rowheader', dir: 'auto' }, label),
      ...(hasBefore ? [drawCell(from ?? null, 'Now', locale)] : []),
      after,
    )
  })
  return element(
    'table',
    { role: 'table', class: 'difference' },
    element('caption', {}, hasBefore ? 'What changes' : 'What the new record holds'),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...head)),
    element('tbody', { role: 'rowgroup' }, ...rows),
  )
}

function drawCell(value: Value, title: string, locale: string | undefined): HTMLElement {
  const text = textOf(value, locale)
  const attributes = { class: value === null || value === '' ? 'value none' : 'value', dir: 'auto' }
  // A region that scrolls must be reachable without a mouse.
  const scrolls = text.length > LONG ? { tabindex: 0, role: 'region', 'aria-label': `${title}, whole text` } : {}
  const shown = element('div', { ...attributes, ...scrolls }, text)
  return element('td', { role: 'cell', 'data-title': title }, shown)
}

/** A text stands as it is written; a year has no separator. */
function textOf(value: Value, locale: string | undefined): string {
  if (value === null || value === '') return '(empty)'
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'string') return value
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 10, useGrouping: 'min2' }).format(value)
}
