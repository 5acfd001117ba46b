import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps'
import * as z from 'zod/mini'
import { type Arguments, type Behind, readAsked, readBehind } from './answers/behind.ts'
import { type Answer, readAnswer } from './answers/list.ts'
import { marksOf } from './answers/marks-of.ts'
import { moreOf, showRows } from './answers/rows-view.ts'
import { readTimeline, type Timeline } from './answers/timeline.ts'
import { showTimeline } from './answers/timeline-view.ts'
import type { Chosen } from './draw/choices.ts'
import { element } from './element.ts'
import { type CalledTool, connectHost, type Host } from './host.ts'
import { drawMessage, drawReport } from './report-view.ts'
import { applyTheme } from './theme.ts'
import { type Talk, talkFor, type TextKey } from './words/words.ts'

// The host's content security policy knows no eval, and zod would try it.
z.config({ jitless: true })

const main = element('main')
const status = element('p', { role: 'status' })
document.body.append(main, status)

let context: McpUiHostContext = {}
let host: Host | undefined
let talk: Talk = talkFor(undefined)
/** What was answered, drawn anew whenever it is another or another language reads it. */
let draw: (() => void) | undefined
/** Whether the rows behind a mark stand in its place. */
let isAway = false

function show(): void {
  isAway = false
  draw?.()
}

function openRecord(url: string): void {
  status.textContent = ''
  void host?.openLink(url).then((opened) => {
    if (!opened) status.textContent = talk.text('notOpened')
  })
}

const opener = (): typeof openRecord | undefined => (host?.canOpenLinks === true ? openRecord : undefined)

function caller(tool: CalledTool): ((args: Arguments) => Promise<unknown>) | undefined {
  if (host?.canCallTools !== true) return undefined
  const { call } = host
  return async (args) => await call(tool, args)
}

function say(key: TextKey): void {
  draw = () => main.replaceChildren(...drawMessage(talk.text(key)))
  show()
}

function receive(params: unknown): void {
  const timeline = readTimeline(params)
  const read = timeline ? undefined : readAnswer(params)
  if (timeline) showEntries(timeline, readAsked(params))
  else if (read && 'answer' in read) showFigures(read.answer, readBehind(params))
  else if (!read?.text) say('notShown')
  else {
    draw = () => main.replaceChildren(...drawMessage(read.text))
    show()
  }
}

function showEntries(timeline: Timeline, asked: Arguments | undefined): void {
  const longer = (one: Timeline): void => showEntries(one, asked)
  draw = () => showTimeline(timeline, { talk, open: opener(), place: main, call: caller('timeline'), asked, longer })
  show()
}

function showFigures(answer: Answer, behind: Behind | undefined, chosen: Chosen = {}): void {
  draw = () => {
    const call = caller('query_crm')
    const asking =
      call && behind && marksOf({ behind, answer, chosen, rows: (what, args) => away(what, args, call, behind) })
    const more = call ? moreOf(answer, { talk, call }, (longer) => showFigures(longer, behind, chosen)) : []
    const left = call && behind?.left === true ? [element('p', { class: 'note' }, talk.text('behindLeft'))] : []
    main.replaceChildren(...drawReport(answer, { talk, open: opener(), chosen, ...asking }), ...left, ...more)
  }
  show()
}

function away(what: string, args: Arguments, call: (args: Arguments) => Promise<unknown>, { columns }: Behind): void {
  const label = document.activeElement?.getAttribute('aria-label')
  const back = (): void => {
    show()
    const marks = [...main.querySelectorAll<HTMLElement | SVGElement>('[aria-label]')]
    marks.find((mark) => mark.getAttribute('aria-label') === label)?.focus()
  }
  isAway = true
  showRows(what, args, { place: main, talk, open: opener(), call, back, columns })
}

function speak(locale: string | undefined): void {
  talk = talkFor(locale)
  document.documentElement.lang = talk.language
  document.title = talk.text('report')
}

function follow(changed: McpUiHostContext): void {
  const { locale } = context
  context = { ...context, ...changed }
  applyTheme(document.documentElement, changed)
  // Only a new language writes words and numbers anew; a new theme must not undo how the rows were sorted.
  if (locale === context.locale) return
  speak(context.locale)
  if (!isAway) show()
}

async function start(): Promise<void> {
  host = await connectHost(window, {
    context: follow,
    waiting: () => (draw === undefined ? say('running') : undefined),
    result: receive,
    cancelled: () => say('stopped'),
  })
  show()
  const { sizeChanged } = host
  new ResizeObserver(() =>
    sizeChanged({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }),
  ).observe(document.documentElement)
}

speak(undefined)
void start()
