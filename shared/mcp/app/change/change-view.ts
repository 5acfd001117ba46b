import { element } from '../element.ts'
import type { Change, Line, Value } from './change.ts'
import type { Outcome, OutcomeLine } from './outcome.ts'
import type { ChangeKey, ChangeTalk } from './words/words.ts'

/** Beyond it a text scrolls within its cell, all of it there to read. */
const LONG = 600

/** What each tool that writes does. */
const OPERATIONS: Readonly<Record<string, ChangeKey>> = {
  create_record: 'create',
  update_record: 'update',
  log_activity: 'log',
  close_opportunity: 'closeOpportunity',
  resolve_case: 'resolveCase',
  qualify_lead: 'qualifyLead',
}
/** Sentences of the server are in English, whoever reads them. */
const OF_SERVER = { dir: 'auto', lang: 'en' } as const

/** The difference, and what speaks for and against it. */
export function drawChange(change: Change, talk: ChangeTalk): HTMLElement[] {
  const { summary, changes, problems, duplicates, notes, tool = '' } = change
  const operation = Object.hasOwn(OPERATIONS, tool) ? OPERATIONS[tool] : undefined
  const alike = duplicates.map(({ name: title, entity, about }) =>
    [title === '' ? talk.text('noName') : title, entity, about].filter((part) => part !== undefined).join(' · '),
  )
  return [
    ...(operation === undefined ? [] : [element('p', { class: 'operation' }, talk.text(operation))]),
    element('h1', { dir: 'auto' }, titleOf(change, talk)),
    ...(summary === '' ? [] : [element('p', { class: 'about', ...OF_SERVER }, summary)]),
    ...drawList(
      'problems',
      talk.text('inTheWay'),
      problems.map(({ text }) => text),
      OF_SERVER,
    ),
    ...(changes.length > 0 ? [drawDifference(changes, talk)] : []),
    ...drawList('duplicates', talk.text('alike'), alike),
    ...drawList('notes', talk.text('toKnow'), notes, OF_SERVER),
  ]
}

function titleOf({ name, entity }: Change, talk: ChangeTalk): string {
  if (name !== undefined && name !== '') return name
  return entity === undefined ? talk.text('someChange') : talk.text('newRecord', { entity })
}

/** How it ended. It takes the focus, which the buttons had. */
export function drawOutcome({ kind, title, lines }: Outcome, isUntold: boolean, talk: ChangeTalk): HTMLElement {
  const said = lines.map((line) => element('p', { dir: 'auto' }, lineText(line, talk)))
  const untold = isUntold ? [drawUntold(talk)] : []
  return element(
    'section',
    { class: `outcome ${kind}`, tabindex: -1 },
    element('h2', {}, talk.text(title)),
    ...said,
    ...untold,
  )
}

/** That the model could not be told. */
export function drawUntold(talk: ChangeTalk): HTMLElement {
  return element('p', { class: 'about' }, talk.text('tellTheChat'))
}

function lineText(line: OutcomeLine, talk: ChangeTalk): string {
  return typeof line === 'string' ? line : talk.text(line.says, { columns: line.columns ?? '' })
}

export function drawButton(text: string, name: string, clicked: () => void): HTMLButtonElement {
  const button = element('button', { type: 'button', class: `choice ${name}` }, text)
  button.addEventListener('click', clicked)
  return button
}

function drawList(
  name: string,
  title: string,
  items: readonly string[],
  attributes: Readonly<Record<string, string>> = { dir: 'auto' },
): HTMLElement[] {
  if (items.length === 0) return []
  const lines = items.map((text) => element('li', attributes, text))
  return [element('section', { class: name }, element('h2', {}, title), element('ul', {}, ...lines))]
}

/** A new record has no column "now". Roles are said, as a narrow table is laid out as blocks, which are no table. */
function drawDifference(changes: readonly Line[], talk: ChangeTalk): HTMLElement {
  const hasBefore = changes.some(({ from }) => from !== undefined)
  const [column, now, then] = [talk.text('column'), talk.text('now'), talk.text(hasBefore ? 'then' : 'value')]
  const titles = hasBefore ? [column, now, then] : [column, then]
  const head = titles.map((title) => element('th', { scope: 'col', role: 'columnheader' }, title))
  const rows = changes.map(({ label, from, to, id, entity }) => {
    const after = drawCell(to, then, talk)
    if (id !== undefined) after.append(element('span', { class: 'about' }, [entity, id].join(' ')))
    return element(
      'tr',
      { role: 'row' },
      element('th', { scope: 'row', role: 'rowheader', dir: 'auto' }, label),
      ...(hasBefore ? [drawCell(from ?? null, now, talk)] : []),
      after,
    )
  })
  return element(
    'table',
    { role: 'table', class: 'difference' },
    element('caption', {}, talk.text(hasBefore ? 'whatChanges' : 'whatItHolds')),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...head)),
    element('tbody', { role: 'rowgroup' }, ...rows),
  )
}

function drawCell(value: Value, title: string, talk: ChangeTalk): HTMLElement {
  const text = textOf(value, talk)
  const attributes = { class: value === null || value === '' ? 'value none' : 'value', dir: 'auto' }
  // A region that scrolls must be reachable without a mouse.
  const scrolls =
    text.length > LONG ? { tabindex: 0, role: 'region', 'aria-label': talk.text('wholeText', { title }) } : {}
  const shown = element('div', { ...attributes, ...scrolls }, text)
  return element('td', { role: 'cell', 'data-title': title }, shown)
}

/** A text stands as it is written; a year has no separator. */
function textOf(value: Value, talk: ChangeTalk): string {
  if (value === null || value === '') return talk.text('empty')
  if (typeof value === 'boolean') return talk.text(value ? 'yes' : 'no')
  if (typeof value === 'string') return value
  return new Intl.NumberFormat(talk.locale, { maximumFractionDigits: 10, useGrouping: 'min2' }).format(value)
}
