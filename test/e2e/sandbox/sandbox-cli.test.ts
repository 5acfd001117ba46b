// Not in a bare npm test: types commands.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { z } from 'zod'
import { onFreePort } from '../../sandbox/azurite.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { type Command, run } from '../support/command.ts'

// Whole programs start here, beside other suites.
jest.setTimeout(60_000)
const SANDBOX = 'test/sandbox/start.ts'
const BEARER = 'test/sandbox/demo/bearer.ts'
const Ready = z.strictObject({
  mcp: z.url(),
  issuer: z.url(),
  entra: z.url(),
  dataverse: z.url(),
  people: z.array(z.strictObject({ name: z.string(), upn: z.string(), persona: z.string() })),
})

const Told = z.looseObject({ changes: z.array(z.looseObject({ from: z.unknown(), to: z.unknown() })).optional() })
const Answer = z.looseObject({ result: z.looseObject({ structuredContent: Told }) })

/** The commands of the section about writing, after the line that it wants typed first. */
function linesOf(guide: string): string[] {
  const first = guide.split('\n').filter((line) => line.startsWith('  MCP='))
  const [, section = ''] = guide.split(/\nWrite, .*\n/)
  const lines = (section.split('\n\n')[0] ?? '').split('\n')
  return [...first, ...lines.filter((line) => !line.startsWith('  npm run admin'))]
}

describe('npm run sandbox -- --json', () => {
  let port: number
  let sandbox: Command
  let ready: z.output<typeof Ready>
  let printed = ''

  beforeAll(async () => {
    await onFreePort(async (free) => {
      port = free
      sandbox = run(SANDBOX, ['--no-build', '--json', '--port', String(port)])
      sandbox.child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
      await sandbox.says('\n')
    })
    ready = Ready.parse(JSON.parse(printed))
  })
  afterAll(async () => {
    sandbox.signalAll('SIGTERM')
    await sandbox.ended
  })

  test('names the addresses, on the port that was asked for, and the people', () => {
    const base = `http://127.0.0.1:${port}`
    expect(ready).toMatchObject({ mcp: `${base}/mcp`, issuer: base })
    expect(ready.people).toEqual(PEOPLE.map(({ name, upn, persona }) => ({ name, upn, persona })))
  })

  test('the quick tests work: a bearer by hand, initialize of 2025-03-26, a tool call, no Accept header', async () => {
    const { code, stdout } = await run(BEARER, [ready.mcp, 'priya.nair@harbourpine.example']).ended
    expect(code).toBe(0)
    const post = (body: object) =>
      fetch(ready.mcp, {
        method: 'POST',
        headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
      })
    const clientInfo = { name: 'curl', version: '1' }
    const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo }
    const initialized = await post({ method: 'initialize', params })
    expect(await initialized.text()).toContain('"protocolVersion":"2025-03-26"')
    const called = await post({ method: 'tools/call', params: { name: 'whoami', arguments: {} } })
    expect(await called.text()).toContain('"name":"Priya Nair"')
  })

  test('the control surface that the guide names answers', async () => {
    const counters = await fetch(`${ready.dataverse}/__sandbox/counters`)
    expect(await counters.json()).toMatchObject({ kinds: { whoami: expect.any(Number) } })
    const behaviour = { upn: '*', change: { consent: false } }
    const changed = await fetch(`${ready.entra}/__sandbox/behaviour`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(behaviour),
    })
    expect(changed.status).toBe(204)
    expect((await fetch(`${ready.entra}/__sandbox/reset`, { method: 'POST' })).status).toBe(204)
  })

  test('a second one on the same port ends with the reason', async () => {
    const second = run(SANDBOX, ['--no-build', '--port', String(port)])
    const { code, stderr } = await second.ended
    expect(code).toBe(1)
    expect(stderr).toContain('EADDRINUSE')
    expect(second.someoneIsLeft()).toBe(false)
  })

  test('prints that one line and nothing more; SIGTERM stops all of it', async () => {
    sandbox.signalAll('SIGTERM')
    const { code, stdout } = await sandbox.ended
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([JSON.stringify(ready), ''])
    expect(sandbox.someoneIsLeft()).toBe(false)
    await expect(fetch(ready.mcp)).rejects.toThrow()
  })
})

describe('npm run sandbox', () => {
  test('explains itself, and Ctrl-C ends it', async () => {
    const sandbox = run(SANDBOX, ['--no-build', '--streams'])
    await sandbox.says('Ctrl-C stops everything')
    sandbox.signalAll('SIGINT')
    const { code, stdout } = await sandbox.ended
    expect(code).toBe(0)
    for (const { upn } of PEOPLE) expect(stdout).toContain(upn)
    expect(stdout).toContain('the built app, in stream mode')
    expect(stdout).not.toContain('preview_change')
    for (const part of ['@modelcontextprotocol/inspector', BEARER, '/__sandbox/', '"protocolVersion":"2025-03-26"'])
      expect(stdout).toContain(part)
    expect(sandbox.someoneIsLeft()).toBe(false)
  })

  test('with --writes: what it says of writing, typed as it stands there, changes a record and takes it back', async () => {
    const sandbox = run(SANDBOX, ['--no-build', '--writes'])
    let guide = ''
    sandbox.child.stdout?.on('data', (chunk: Buffer) => (guide += chunk.toString()))
    await sandbox.says('Ctrl-C stops everything')
    const typed = linesOf(guide)
    const { stdout } = await promisify(execFile)('bash', ['-c', typed.join('\n')])
    sandbox.signalAll('SIGINT')
    await sandbox.ended
    const data = stdout.split('\n').filter((line) => line.startsWith('data: '))
    const answers = data.map((line) => Answer.parse(JSON.parse(line.slice(6))).result.structuredContent)
    const [previewed, done, again, read, back, taken] = answers
    const { from, to } = previewed?.changes?.[0] ?? {}
    expect(from).not.toBe(to)
    expect(previewed).toMatchObject({ ready: true, call: { tool: 'update_record' } })
    expect(done).toMatchObject({ done: true, already: false, changes: [{ from, to }] })
    expect(again).toMatchObject({ done: true, already: true })
    expect(read?.['record']).toMatchObject({ estimatedclosedate: to, modifiedby: 'Priya Nair' })
    expect(back?.changes).toMatchObject([{ from: to, to: from }])
    expect(taken).toMatchObject({ done: true, changes: [{ from: to, to: from }] })
    expect(answers).toHaveLength(6)
  })

  test('--help', async () => {
    const { code, stdout, stderr } = await run(SANDBOX, ['--help']).ended
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('--port N')
    for (const option of ['--streams', '--writes']) expect(stdout).toContain(option)
  })

  test.each([
    [['--prot', '1'], '--prot'],
    [['--stream'], '--stream'],
    [['--streams=yes'], '--streams'],
    [['--port', '65536'], '--port 65536 is not a whole number from 1 to 65535'],
    [['more'], 'more'],
  ])('refuses %j with what is wrong and the help', async (args, reason) => {
    const { code, stdout, stderr } = await run(SANDBOX, args).ended
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(reason)
    expect(stderr).toContain('npm run sandbox')
  })
})
