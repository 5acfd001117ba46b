// Not in a bare npm test: starts built instances of the app.
import { describe, expect, jest, test } from '@jest/globals'
import { person } from '../../sandbox/people.ts'
import { tokenOf } from '../support/administrator.ts'
import { callTool, connect, ELENA, PRIYA } from '../support/oauth.ts'
import { eventually } from '../support/suite.ts'
import { useLaptop } from './laptop.ts'

jest.setTimeout(180_000)
const { sandbox, type, json } = useLaptop()

async function askManage(body: object): Promise<number> {
  const authorization = `Bearer ${await tokenOf(sandbox(), ELENA)}`
  const headers = { 'content-type': 'application/json', authorization }
  return (await fetch(`${sandbox().app.url}/manage`, { method: 'POST', headers, body: JSON.stringify(body) })).status
}

describe('switches by the command line', () => {
  test('a tool off, seen, and on again', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    expect((await type('switches')).stdout).toMatch(/^Everything is on/)
    const off = await type('switch', 'off', 'tool', 'run_report')
    expect([off.code, off.stdout]).toEqual([
      0,
      expect.stringMatching(/^tool run_report is off;[^]*To undo: .*switch on tool run_report/),
    ])
    expect((await json('switches'))['switches']).toMatchObject([{ kind: 'tool', name: 'run_report' }])
    const refused = await callTool(sandbox().app.url, access, 'run_report', { report: 'my-open-opportunities' })
    expect(refused.text).toContain('An administrator has switched off the tool run_report.')
    expect((await type('switch', 'off', 'tool', 'run_report')).stdout).toMatch(/already off/)
    expect((await type('switch', 'off', 'tool', 'run_report', '--message', 'Back at noon.')).code).toBe(2)
    expect((await type('switch', 'on', 'tool', 'run_report')).code).toBe(0)
    expect((await type('switches')).stdout).toMatch(/^Everything is on/)
  })

  test('all writing off, though reading goes on, and on again', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    expect((await type('switch', 'off', 'writes')).stdout).toMatch(/^writes is off;[^]*To undo: .*switch on writes$/m)
    expect((await json('switches'))['switches']).toMatchObject([{ kind: 'writes', name: 'writes' }])
    const { text } = await callTool(sandbox().app.url, access, 'run_report', { report: 'my-open-opportunities' })
    expect(text).not.toMatch(/^Error/)
    expect((await type('switch', 'off', 'writes', 'task')).code).toBe(2)
    expect((await type('switch', 'on', 'writes')).code).toBe(0)
    expect((await type('switches')).stdout).toMatch(/^Everything is on/)
  })

  test('a client that is off is switched on as the list names it, whether or not anybody signed in with it', async () => {
    const name = 'https://nobody.example/client.json'
    expect(await askManage({ command: 'switch', kind: 'client', name, off: true })).toBe(200)
    expect((await type('switches')).stdout).toContain(name)
    expect((await type('switch', 'off', 'client', name)).code).toBe(1)
    expect((await type('switch', 'on', 'client', name)).stdout).toMatch(/^client https:[^ ]* is on;/)
    expect((await type('switches')).stdout).toMatch(/^Everything is on/)
  })

  test('a person by name; registration; and everything only with --yes', async () => {
    expect(await json('switch', 'off', 'person', PRIYA)).toMatchObject({
      switch: { name: person(PRIYA).oid, off: true },
    })
    expect((await type('switches', PRIYA)).stdout).toMatch(/is off\.$/m)
    expect((await type('switches')).stdout).toContain('under a mark that tells no name')
    expect((await type('switch', 'on', 'person', PRIYA)).code).toBe(0)
    expect((await type('switch', 'off', 'everything')).code).toBe(2)
    expect(await json('switch', 'off', 'everything', '--yes', '--message', 'Back at noon.')).toMatchObject({
      switch: { message: 'Back at noon.' },
    })
    expect((await type('switch', 'on', 'everything')).code).toBe(0)
    expect((await type('switch', 'off', 'tool', 'no_such_tool')).code).toBe(1)
    for (const wrong of [
      ['off', 'tool', 'run_report'],
      ['on', 'everything'],
    ])
      expect((await type('switch', ...wrong, '--message', 'Back at noon.')).code).toBe(2)
    const rows = () =>
      sandbox()
        .auditTable?.rows()
        .filter((row) => row['Event'] === 'switch.set') ?? []
    await eventually(() => rows().length >= 2, 20_000)
  })
})
