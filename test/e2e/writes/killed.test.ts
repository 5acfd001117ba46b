// Not in a bare npm test: starts built instances of the app.
import { expect, test } from '@jest/globals'
import { PRIYA } from '../support/oauth.ts'
import { eventually, events, useSandbox } from '../support/suite.ts'
import { atDynamics, seat, signIn, writesTo, WRITING } from './confirm/stage.ts'

const sandbox = useSandbox({ deployed: true, settings: WRITING })
/** Whether there is one such task, and no second. */
async function isOne(subject: string): Promise<boolean> {
  const other = async (ids: readonly unknown[]): Promise<unknown> => {
    const others = ids.map((id) => ` and activityid ne ${String(id)}`).join('')
    const query = `tasks?$select=activityid&$top=1&$filter=subject eq '${subject}'${others}`
    return (await atDynamics(sandbox(), PRIYA).find(query))['activityid']
  }
  const first = await other([])
  return first !== undefined && (await other([first])) === undefined
}

test.each([
  ['after Dataverse has written, before it answers', 'commit-then-silence', 'Zanzibar-quill'],
  ['while Dataverse has not written yet', 'delay', 'Perihelion-note'],
] as const)(
  'a worker that is killed (SIGKILL) %s: another one ends the same call, and no log has a value of it',
  async (_when, kind, subject) => {
    const token = await signIn(sandbox())
    const host = await sandbox().startInstance({})
    const [dying, next] = [await seat(host, token), await seat(sandbox().app, token)]
    const { call } = await dying.preview({ entity: 'task', changes: [{ column: 'subject', to: subject }] })
    const before = writesTo(sandbox())
    let goOn = (): void => undefined
    const until = new Promise<void>((resolve) => (goOn = resolve))
    sandbox().dataverse.fault({ upn: '*', kind, on: 'write', until, times: 1 })
    const answer = dying.call(call!).catch(() => 'no answer')
    await eventually(
      async () => (await events(host, 'change.attempted')).length === 1 && writesTo(sandbox()) > before,
      20_000,
    )
    await host.kill()
    expect(await answer).toBe('no answer')
    const again = await next.call(call!)
    expect(again.structuredContent).toMatchObject({ done: true })
    goOn()
    if (kind === 'commit-then-silence') expect(again.structuredContent).toMatchObject({ already: true })
    expect((await next.call(call!)).structuredContent).toMatchObject({ done: true, already: true })
    expect(await isOne(subject)).toBe(true)
    // What the dead one has left is an attempt that nothing follows.
    expect((await host.logs()).filter((line) => /change\.(?:applied|refused|unknown)/.test(line))).toEqual([])
    await eventually(async () => (await events(sandbox().app, 'change.applied')).length >= 2)
    expect([...(await host.logs()), ...(await sandbox().app.logs())].join('\n')).not.toContain(subject)
    await next.close()
  },
)
