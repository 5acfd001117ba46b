import { describe, expect, test } from '@jest/globals'
import { createRenderer, verdict, wrap } from '../../../../infra/doctor/render.ts'
import type { Finding, Report } from '../../../../infra/doctor/diagnose.ts'

const PLAIN = { columns: 80, colours: false }
const FAILED: Finding = {
  step: 'authorize',
  status: 'failed',
  code: 'csp-missing',
  found: 'its policy is “”',
  means: 'Another site could lay the page under its own and steal the click, which is a long sentence that is wrapped.',
  fix: 'Do this:\n  azd provision platform --no-state --environment a-very-long-name-of-an-environment-that-stays-whole\nThen look.',
}
const printed = (findings: readonly Finding[], terminal = PLAIN): string[] => {
  const lines: string[] = []
  const render = createRenderer(terminal, (line) => lines.push(line))
  for (const finding of findings) render(finding)
  return lines
}
const report = (findings: readonly Finding[]): Report => ({
  url: 'https://crm.example/mcp',
  findings,
  passed: !findings.some(({ status }) => status === 'failed'),
})

describe('what a person reads', () => {
  test('a finding with its code, its meaning and its cure; a command stays on one line', () => {
    expect(printed([FAILED])).toEqual([
      '',
      'The page that asks the person',
      '  ✗ its policy is “” [csp-missing]',
      '    Means  Another site could lay the page under its own and steal the click,',
      '           which is a long sentence that is wrapped.',
      '    To do  Do this:',
      '             azd provision platform --no-state --environment a-very-long-name-of-an-environment-that-stays-whole',
      '           Then look.',
    ])
  })

  test('steps that were left out take one line each', () => {
    const skipped = (step: Finding['step']): Finding => ({ step, status: 'skipped', found: 'skipped: because' })
    expect(printed([FAILED, skipped('token'), skipped('sign-in')]).slice(-3)).toEqual([
      '',
      '– Tokens: skipped: because',
      '– A real sign-in: skipped: because',
    ])
  })

  test('colours only where they are asked for', () => {
    expect(printed([FAILED], { ...PLAIN, colours: true }).join('')).toContain('\u001b[31m✗\u001b[0m')
    expect(printed([FAILED]).join('')).not.toContain('\u001b')
  })

  test.each([
    [[FAILED], '✗ One thing is wrong. Begin with: its policy is “”', '  First: azd provision platform'],
    [[FAILED, FAILED], '✗ 2 things are wrong.', '  First: azd provision platform'],
    [
      [{ ...FAILED, fix: 'Take the rule out of the proxy.\n  npm run doctor -- https://crm.example/mcp' }],
      '✗ One thing is wrong.',
      '  First: Take the rule out of the proxy.',
    ],
    [[{ ...FAILED, fix: 'Use https:\n  npm run doctor -- https://crm.example/mcp' }], '✗ One', '  First: Use https'],
    [[{ ...FAILED, fix: 'The log shows it:\n  traces | take 5' }], '✗ One', '  First: The log shows it'],
    [[], '✓ All well. Give ChatGPT this address: https://crm.example/mcp', '✓ All well.'],
    [[{ ...FAILED, status: 'warning' as const }], '✓ All well, one thing to look at.', 'https://crm.example/mcp'],
  ])('the verdict %#', (findings, head, last) => {
    const lines = verdict(PLAIN, report(findings))
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain(head)
    expect(lines.at(-1)).toContain(last)
  })

  test('words are never cut', () => {
    expect(wrap(`a ${'b'.repeat(90)} c`, 20)).toEqual(['a', 'b'.repeat(90), 'c'])
  })
})
