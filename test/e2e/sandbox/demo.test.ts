// Not in a bare npm test: runs the demo.
import { describe, expect, jest, test } from '@jest/globals'
import { run } from '../support/command.ts'

// Whole programs start here, beside other suites.
jest.setTimeout(60_000)
const DEMO = 'test/sandbox/demo.ts'

describe('npm run demo', () => {
  test('tells the whole story, proves it, and leaves nothing running', async () => {
    const demo = run(DEMO, ['--no-build'])
    const { code, stdout, stderr } = await demo.ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/\nProven: 32 claims checked, all hold, in \d+\.\d s\.\n$/)
    for (const name of ['Priya Nair', 'Marcus Webb', 'Elena Rossi']) expect(stdout).toContain(name)
    expect(stdout).toMatch(/401 {2}POST {2}app {4}\/mcp .*MCP server\/discover without a token/)
    expect(stdout).toMatch(/201 {2}POST {2}app {4}\/oauth\/register/)
    expect(stdout).toMatch(/What an administrator finds of it in the audit table\n/)
    expect(stdout).toContain('asked again, it cost 1 Dataverse request and 0 Entra requests')
    expect(stdout).toContain('✓ what was previewed is written, as Priya Nair, and once though it was sent twice')
    expect(stdout).toMatch(
      /last changed by Marcus Webb\s+on\s+[\d-]+\s+\d\d:\d\d\s+\(Europe\/London\)\);\s+nothing\s+was\s+written/,
    )
    expect(demo.someoneIsLeft()).toBe(false)
    // It is read in logs too: no colour codes, no token, no long line.
    expect(stdout).not.toContain('\u001b')
    expect(stdout).not.toMatch(/dm[acr]_[\w-]{22}\.|eyJ[\w-]{10}/)
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  test('Ctrl-C in the middle stops everything', async () => {
    const demo = run(DEMO, ['--no-build'])
    await demo.says('/oauth/register')
    demo.signalAll('SIGINT')
    const { code, stdout } = await demo.ended
    expect(code).toBe(130)
    expect(stdout).not.toContain('Proven')
    expect(demo.someoneIsLeft()).toBe(false)
  })

  test('a failure ends with its reason on stderr and code 1', async () => {
    const demo = run(DEMO, ['--no-build'], { TMPDIR: '/no/such/folder' })
    const { code, stdout, stderr } = await demo.ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/failed: ENOENT.*\/no\/such\/folder/)
    expect(stdout).not.toContain('Proven')
    expect(demo.someoneIsLeft()).toBe(false)
  })
})
