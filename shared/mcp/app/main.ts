import type { McpUiHostContext } from '@modelcontextprotocol/ext-apps'
import * as z from 'zod/mini'
import { element } from './element.ts'
import { connectHost, type Host } from './host.ts'
import { drawMessage, drawReport } from './report-view.ts'
import { readReport, type Report } from './report.ts'
import { applyTheme } from './theme.ts'

// The host's content security policy knows no eval, and zod would try it.
z.config({ jitless: true })

const main = element('main')
const status = element('p', { role: 'status' })
document.body.append(main, status)

let context: McpUiHostContext = {}
let host: Host | undefined
let report: Report | undefined

function show(): void {
  if (report === undefined) return
  const open = host?.canOpenLinks === true ? openRecord : undefined
  main.replaceChildren(...drawReport(report, { locale: context.locale, open }))
}

function openRecord(url: string): void {
  status.textContent = ''
  void host?.openLink(url).then((opened) => {
    if (!opened) status.textContent = 'The record could not be opened from here. Open it in Dynamics 365.'
  })
}

function say(text: string): void {
  report = undefined
  main.replaceChildren(...drawMessage(text))
}

function receive(params: unknown): void {
  const read = readReport(params)
  if ('text' in read) {
    say(read.text)
  } else {
    ;({ report } = read)
    show()
  }
}

function follow(changed: McpUiHostContext): void {
  const { locale } = context
  context = { ...context, ...changed }
  applyTheme(document.documentElement, changed)
  // Only a new language writes numbers anew; a new theme must not undo how the rows were sorted.
  if (locale !== context.locale) show()
}

async function start(): Promise<void> {
  host = await connectHost(window, {
    context: follow,
    waiting: () => (report === undefined ? say('The report is being run…') : undefined),
    result: receive,
    cancelled: () => say('The report was stopped before it was done.'),
  })
  show()
  const { sizeChanged } = host
  new ResizeObserver(() =>
    sizeChanged({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) }),
  ).observe(document.documentElement)
}

void start()
