import { element } from '../element.ts'
import { drawMessage, drawReport } from '../report-view.ts'
import type { OpenRecord } from '../table.ts'
import type { Talk } from '../words/words.ts'
import type { Arguments, Behind } from './behind.ts'
import { joined } from './joined.ts'
import { type Answer, readAnswer } from './list.ts'

export type RowsDeps = {
  readonly place: HTMLElement
  readonly talk: Talk
  readonly open?: OpenRecord | undefined
  /** Makes a call of `query_crm` as the person; `undefined` where there was no answer. */
  readonly call: (args: Arguments) => Promise<unknown>
  readonly back: () => void
  readonly columns: Behind['columns']
}

/** In place of the answer the rows behind one of its marks, and the way back to it. */
export function showRows(what: string, args: Arguments, deps: RowsDeps): void {
  const { place, talk } = deps
  const title = talk.text('behindTitle', { what })
  const heading = element('h1', { dir: 'auto', tabindex: -1 }, title)
  const body = element('div', { class: 'behind', 'aria-busy': 'true' }, message(talk.text('loading')))
  place.replaceChildren(action(talk.text('back'), deps.back), heading, body)
  heading.focus()
  void fill(body, args, title, deps)
}

async function fill(body: HTMLElement, args: Arguments, title: string, deps: RowsDeps): Promise<void> {
  const read = readAnswer(await deps.call(args), deps.columns)
  // The person may have gone back before the rows came.
  if (!body.isConnected) return
  body.removeAttribute('aria-busy')
  if ('answer' in read) drawRows(body, { ...read.answer, title }, deps)
  else body.replaceChildren(...failed(read.text, deps.talk))
}

function drawRows(body: HTMLElement, answer: Answer, deps: RowsDeps): void {
  const { talk, open } = deps
  const [, ...drawn] = drawReport(
    { ...answer, picture: { kind: 'table' } },
    { talk, open, chosen: { drawing: 'table' } },
  )
  const more = moreOf(answer, deps, (longer) => drawRows(body, longer, deps))
  body.replaceChildren(...drawn, ...more)
}

/** A button for the rows after these, where there are some and the host can ask for them. */
export function moreOf(
  answer: Answer,
  { talk, call }: Pick<RowsDeps, 'talk' | 'call'>,
  drawn: (longer: Answer) => void,
): HTMLElement[] {
  const { cursor, more } = answer
  if (cursor === undefined || !more) return []
  const said = element('div', { role: 'status' })
  const button = action(talk.text('more'), () => {
    if (button.getAttribute('aria-disabled') === 'true') return
    busy(button, true)
    void call({ cursor }).then((result) => {
      if (!button.isConnected) return
      busy(button, false)
      const read = readAnswer(result)
      if ('answer' in read) drawn(joined(answer, read.answer))
      else said.replaceChildren(...failed(read.text, talk))
    })
  })
  return [element('div', { class: 'more' }, button, said)]
}

export function busy(button: HTMLElement, isBusy: boolean): void {
  button.setAttribute('aria-disabled', String(isBusy))
  button.setAttribute('aria-busy', String(isBusy))
}

export function action(text: string, act: () => void): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'action' }, text)
  button.addEventListener('click', act)
  return button
}

/** What a tool said of its own error is for a model, but for its first line. */
export function failed(text: string, talk: Talk): HTMLElement[] {
  const [reason = ''] = text.split('\n')
  return [message(talk.text('partNotShown')), ...(reason === '' ? [] : drawMessage(reason))]
}

function message(text: string): HTMLElement {
  return element('p', { class: 'message', role: 'status' }, text)
}
