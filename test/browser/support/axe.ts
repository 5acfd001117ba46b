import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Frame, Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function run(where: Page | Frame, options: RunOptions): Promise<string[]> {
  if (await where.evaluate(() => !('axe' in globalThis))) await where.evaluate(AXE)
  return where.evaluate(async (asked) => {
    const { axe } = globalThis as unknown as { axe: { run: (options: RunOptions) => Promise<AxeResults> } }
    const { violations } = await axe.run(asked)
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }, options)
}

/** By all rules of axe. @returns each as `rule: element` */
export const violations = (where: Page | Frame): Promise<string[]> => run(where, {})

/** Of AAA, and off by default: asking for its tag would switch it on. */
const OFF = { 'color-contrast-enhanced': { enabled: false } }

/** By the rules that look at colours: in other colours nothing else of a page has changed. */
export const colourViolations = (where: Page | Frame): Promise<string[]> =>
  run(where, { runOnly: ['cat.color'], rules: OFF })
