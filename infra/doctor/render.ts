import { type Finding, type Report, STEPS, type Step } from './report.ts'

export type Terminal = { readonly columns: number; readonly colours: boolean }

const NARROWEST = 60
const WIDEST = 100
const MARK = { ok: '✓', warning: '!', failed: '✗', skipped: '–' } as const
const COLOUR = { ok: 32, warning: 33, failed: 31, skipped: 90 } as const

const paint = ({ colours }: Terminal, code: number, text: string): string =>
  colours ? `\u001b[${code}m${text}\u001b[0m` : text

/** Prints findings as they come: the step's title once, then a line for each, and what to do. */
export function createRenderer(terminal: Terminal, print: (line: string) => void): (finding: Finding) => void {
  let current: Step | undefined
  let skipping = false
  return (finding) => {
    const isWhole = finding.status === 'skipped' && finding.step !== current
    if (finding.step !== current && !(isWhole && skipping)) print('')
    if (isWhole) {
      const line = `${MARK.skipped} ${STEPS[finding.step]}: ${finding.found}`
      for (const one of wrap(line, widthOf(terminal))) print(paint(terminal, COLOUR.skipped, one))
    } else {
      if (finding.step !== current) print(paint(terminal, 1, STEPS[finding.step]))
      for (const line of linesOf(terminal, finding)) print(line)
    }
    current = finding.step
    skipping = isWhole
  }
}

function linesOf(terminal: Terminal, { status, found, means, fix, code }: Finding): string[] {
  const mark = paint(terminal, COLOUR[status], MARK[status])
  const [first = '', ...rest] = wrap(code === undefined ? found : `${found} [${code}]`, widthOf(terminal) - 4)
  return [
    `  ${mark} ${first}`,
    ...rest.map((line) => `    ${line}`),
    ...labelled(terminal, 'Means', means),
    ...labelled(terminal, status === 'ok' ? 'If so' : 'To do', fix),
  ]
}

function labelled(terminal: Terminal, label: string, text: string | undefined): string[] {
  if (text === undefined) return []
  const lines = text
    .split('\n')
    .flatMap((line) => (line.startsWith('  ') ? [line] : wrap(line, widthOf(terminal) - 11)))
  return lines.map((line, at) => `    ${at === 0 ? paint(terminal, 1, label) : ' '.repeat(label.length)}  ${line}`)
}

const widthOf = ({ columns }: Terminal): number => Math.min(Math.max(columns, NARROWEST), WIDEST)

/** At spaces, never inside a word: an address stays whole, however long. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/**
 * The first line, or the command below it if it ends in a colon; but asking again mends nothing, and a query is no step.
 */
function firstStep(fix: string): { readonly text: string; readonly isCommand: boolean } {
  const [first = '', second = ''] = fix.split('\n')
  const isCommand = first.startsWith('  ')
  const isMarked = first.endsWith(':') && /^ {2}(?!npm run doctor|traces |union )/.test(second)
  return { text: (isMarked ? second : first.replace(/:$/, '')).trim(), isCommand: isCommand || isMarked }
}

/** Whom the address is for: ChatGPT, unless others may connect in its place. */
export const clientIn = (clients: NonNullable<Report['clients']>): string =>
  clients.some(({ name, admitted }) => name === 'chatgpt' && admitted === 'no') ? 'the clients' : 'ChatGPT'

/** The last lines: whether ChatGPT can connect, and what to do first. */
export function verdict(terminal: Terminal, { url, findings, passed, clients = [] }: Report): string[] {
  const count = (status: Finding['status']) => findings.filter((one) => one.status === status).length
  const [failed, warnings] = [count('failed'), count('warning')]
  const first = findings.find(({ status }) => status === (passed ? 'warning' : 'failed'))
  const noted = warnings === 0 ? '' : `, ${warnings === 1 ? 'one thing' : `${warnings} things`} to look at`
  const local = findings.some(({ code }) => code === 'loopback-address')
  const sentence = passed
    ? `All well${noted}. ${local ? 'This holds for this machine alone' : `Give ${clientIn(clients)} this address`}: ${url}`
    : `${failed === 1 ? 'One thing is' : `${failed} things are`} wrong${noted}. Begin with: ${first?.found ?? ''}`
  const [head = '', ...rest] = wrap(sentence, widthOf(terminal) - 2)
  const mark = passed ? 'ok' : 'failed'
  const next = passed || first?.fix === undefined ? undefined : firstStep(first.fix)
  return [
    '',
    `${paint(terminal, COLOUR[mark], MARK[mark])} ${head}`,
    ...rest.map((line) => `  ${line}`),
    ...(next === undefined
      ? []
      : next.isCommand
        ? [`  First: ${next.text}`]
        : wrap(`First: ${next.text}`, widthOf(terminal) - 2).map((line) => `  ${line}`)),
  ]
}
