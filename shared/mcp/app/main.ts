import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps'
import * as z from 'zod/mini'
import type { Chosen } from './draw/choices.ts'
import { element } from './element.ts'
import { connectHost, type Host } from './host.ts'
import { drawMessage, drawReport } from './report-view.ts'
import { readReport, type Report } from './report.ts'
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
let report: Report | undefined
let chosen: Chosen = {}
/** What is shown in place of a report. */
let said: TextKey | undefined

function show(): void {
  if (said !== undefined) main.replaceChildren(...drawMessage(talk.text(said)))
  if (report === undefined) return
  const open = host?.canOpenLinks === true ? openRecord : undefined
  main.replaceChildren(...drawReport(report, { talk, open, chosen }))
}

function openRecord(url: string): void {
  status.textContent = ''
  void host?.openLink(url).then((opened) => {
    if (!opened) status.textContent = talk.text('notOpened')
  })
}

function say(key: TextKey): void {
  report = undefined
  said = key
  show()
}

function receive(params: unknown): void {
  const read = readReport(params)
  said = undefined
  if ('report' in read) {
    ;({ report } = read)
    chosen = {}
    show()
  } else if (read.text === '') {
    say('notShown')
  } else {
    report = undefined
    main.replaceChildren(...drawMessage(read.text))
  }
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
  show()
}

async function start(): Promise<void> {
  host = await connectHost(window, {
    context: follow,
    waiting: () => (report === undefined ? say('running') : undefined),
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
