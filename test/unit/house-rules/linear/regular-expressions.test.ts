import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import ts from 'typescript'
import { type Attack, attacksOn } from './attack-strings.ts'
import { filled, LONG, superLinear } from './timing.ts'

type Found = { readonly file: string; readonly literal: string }

/** An expression stands after a sign or one of these words: most files have no slash there, and need not be parsed. */
const MAY_HAVE_ONE =
  /(?:[^\w\s'"`.$/*]|\b(?:return|typeof|case|do|else|in|of|void|yield|await|delete|instanceof|new|throw))\s*\/(?![/*])/

/** Every regular expression that is written as one, with the file that it stands in. */
function expressionsIn(file: string): Found[] {
  const found: Found[] = []
  const text = readFileSync(file, 'utf8')
  if (!MAY_HAVE_ONE.test(text)) return found
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push({ file, literal: node.text })
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  return found
}

function expressionOf(literal: string): RegExp {
  const end = literal.lastIndexOf('/')
  return new RegExp(literal.slice(1, end), literal.slice(end + 1))
}

/** As it is used: all matches of a global one, the first of another. */
function apply(expression: RegExp, text: string): void {
  expression.lastIndex = 0
  if (expression.global) text.replaceAll(expression, '')
  else expression.exec(text)
}

const USUAL = [' ', '\n', 'a', '0', '/', '<', '"', '-', '=']

const usual = USUAL.map((pump) => ({ start: '', pump, end: '' }))
const textOf = ({ start, pump, end }: Attack, length: number): string => start + filled(pump, length) + end

/** The texts that take this one more than their length. */
async function slowTexts(literal: string): Promise<Attack[]> {
  const expression = expressionOf(literal)
  const run = (text: string): void => apply(expression, text)
  return [
    ...(await superLinear(run, usual, textOf, { longest: LONG / 4 })),
    ...(await superLinear(run, attacksOn(literal), textOf)),
  ]
}

/** Whether one text is enough; the others of a slow expression would take a minute, as would longer ones. */
async function isAttacked(literal: string): Promise<boolean> {
  const expression = expressionOf(literal)
  const run = (text: string): void => apply(expression, text)
  for (const attack of [...attacksOn(literal), ...usual])
    if ((await superLinear(run, [attack], textOf, { floorMs: 5 })).length > 0) return true
  return false
}

describe('the attack itself', () => {
  test.each([
    String.raw`/\/+$/`,
    String.raw`/\s*\n\s*/g`,
    String.raw`/<[^>]*>/g`,
    String.raw`/<(style|script|head)\b[^>]*>[^]*?<\/\1>/gi`,
    String.raw`/\s*(?:TraceText|-->|\r?\n\s+at )[\s\S]*$/`,
    String.raw`/^[-+]?(?:\d+\.?\d*|\.\d+)$/`,
    String.raw`/^([%*]*)([\s\S]*?)([%*]*)$/`,
    String.raw`/'?(\w+)'? entity doesn't contain/`,
  ])('finds %s slow', async (literal) => {
    expect(await isAttacked(literal)).toBe(true)
  })

  test.each([String.raw`/(?<!\/)\/+$/`, String.raw`/^\w+$/`])('finds %s fast', async (literal) => {
    expect(await slowTexts(literal)).toEqual([])
  })
})

const FILES = globSync(['functions/**/*.ts', 'shared/**/*.ts', 'infra/{doctor,hooks,entra,reports}/**/*.ts'])
const FOUND = [...new Map(FILES.flatMap(expressionsIn).map((one) => [one.literal, one])).values()]

describe('every regular expression takes a time that grows no faster than its text', () => {
  test('there are some', () => expect(FOUND.length).toBeGreaterThan(200))

  test.each(FOUND)('$file: $literal', async ({ literal }) => {
    expect(await slowTexts(literal)).toEqual([])
  })
})
