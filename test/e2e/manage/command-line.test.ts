// Not in a bare npm test: types commands.
import { describe, expect, jest, test } from '@jest/globals'
import { ENTRA_CLIENT_ID, person } from '../../sandbox/people.ts'
import { callTool, connect, ELENA, MARCUS, newParty, PRIYA, refresh } from '../support/oauth.ts'
import { startStorageProxy } from '../support/storage-proxy.ts'
import { eventually } from '../support/suite.ts'
import { admin, jsonIn } from './command.ts'
import { useLaptop } from './laptop.ts'

jest.setTimeout(180_000)
const { sandbox, desk, type, json, program } = useLaptop()
const toolStatus = async (access: string) => (await callTool(sandbox().app.url, access)).status
type Listed = { readonly sessions: readonly { readonly session: string; readonly client: string }[] }
const sessionsOf = async (who: string) =>
  ((await json('sessions', who)) as unknown as Listed).sessions.map(({ session }) => session)

describe('sessions and their end', () => {
  test('a person’s sessions by name and by object id, in any casing, and the end of one', async () => {
    const [first, second] = [await connect(sandbox(), PRIYA), await connect(sandbox(), PRIYA)]
    const other = await connect(sandbox(), MARCUS)
    const both = [first.grantId, second.grantId].sort()
    expect((await sessionsOf(PRIYA)).sort()).toEqual(both)
    expect((await sessionsOf(person(PRIYA).oid.toUpperCase())).sort()).toEqual(both)
    const { stdout } = await type('sessions', PRIYA)
    expect(stdout).toMatch(/^session +client +redirects to +created \(UTC\)/)
    expect(stdout).toContain(first.grantId)

    expect(await toolStatus(first.access)).toBe(200)
    expect(await type('end', first.grantId)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Ended: 1\./) as unknown,
    })
    expect(await toolStatus(first.access)).toBe(401)
    expect((await refresh(sandbox().app.url, first, first.refresh)).json.error).toBe('invalid_grant')
    expect(await toolStatus(second.access)).toBe(200)
    expect(await sessionsOf(PRIYA)).toEqual([second.grantId])
    expect(await json('end', first.grantId)).toEqual({ command: 'end', ended: 0, complete: true })

    expect(await json('end', PRIYA)).toMatchObject({ ended: 1 })
    expect([await toolStatus(second.access), await toolStatus(other.access)]).toEqual([401, 200])
    const rows = () =>
      sandbox()
        .auditTable?.rows()
        .filter((row) => row['Event'] === 'grant.ended') ?? []
    await eventually(() => rows().length >= 2, 20_000)
    expect(rows()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          GrantId: second.grantId,
          ClientId: second.client.clientId,
          UserId: person(PRIYA).oid,
          Step: 'manage',
        }),
      ]),
    )
    // It is told after what it ended, and may come with the next batch.
    const called = () =>
      sandbox()
        .auditTable?.rows()
        .findLast((row) => row['Event'] === 'manage.called' && row['Kind'] === 'person' && row['Step'] === 'end')
    expect(await eventually(called, 20_000)).toMatchObject({
      Step: 'end',
      UserId: person(ELENA).oid,
      Count: 1,
      Reason: `of person ${person(PRIYA).oid}`,
    })
  })

  test('of one client, named as the table shows it, and of everybody', async () => {
    const [party, kept] = [await newParty(sandbox()), await newParty(sandbox())]
    const ended = [await connect(sandbox(), PRIYA, { party }), await connect(sandbox(), MARCUS, { party })]
    const other = await connect(sandbox(), MARCUS, { party: kept })
    const { stdout } = await type('clients')
    const short = `${party.client.clientId.slice(0, 24)}…`
    expect(stdout).toContain(short)
    expect(await json('end', 'client', short)).toMatchObject({ ended: 2 })
    for (const { access } of ended) expect(await toolStatus(access)).toBe(401)
    expect(await toolStatus(other.access)).toBe(200)

    expect(await type('end', 'all')).toMatchObject({ code: 2, stdout: '' })
    expect(await toolStatus(other.access)).toBe(200)
    const [one, two] = await Promise.all([json('end', 'all', '--yes'), json('end', 'all', '--yes')])
    expect(Number(one['ended']) + Number(two['ended'])).toBeGreaterThanOrEqual(1)
    expect(await toolStatus(other.access)).toBe(401)
    expect(await json('end', 'all', '--yes')).toEqual({ command: 'end', ended: 0, complete: true })
  })

  test('purge leaves no row of the person, says what stays, and touches nobody else', async () => {
    const [own, other] = [await connect(sandbox(), PRIYA), await connect(sandbox(), MARCUS)]
    const purged = await json('purge', PRIYA, '--yes')
    expect(purged).toMatchObject({ complete: true, ended: 1, deleted: { grants: expect.any(Number) as unknown } })
    expect((purged['stays'] as readonly string[]).join(' ')).toMatch(/audit.*Dynamics.*ChatGPT/s)
    expect([await toolStatus(own.access), await toolStatus(other.access)]).toEqual([401, 200])
    expect(await sessionsOf(PRIYA)).toEqual([])
    expect(await json('purge', PRIYA, '--yes')).toMatchObject({ ended: 0, deleted: { grants: 0, users: 0 } })
    expect(await toolStatus((await connect(sandbox(), PRIYA)).access)).toBe(200)
  })
})

test('with storage away the end of all says how far it came, and that typing it again goes on', async () => {
  await connect(sandbox(), PRIYA)
  const proxy = await startStorageProxy(sandbox().azurite)
  const host = await sandbox().startInstance({ TABLES_CONNECTION_STRING: proxy.connectionString })
  await desk().setValues({})
  const { url } = host
  const typed = ['end', 'all', '--yes', '--url', url, '--client-id', ENTRA_CLIENT_ID, '--trust', url]
  proxy.set('down')
  const away = await type(...typed)
  proxy.set('up')
  const back = await type(...typed)
  await desk().reset()
  await Promise.all([proxy.close(), host.close()])
  expect([away.code, away.stdout]).toEqual([1, ''])
  expect(away.stderr).toMatch(/Ended so far: 0\. The app’s storage does not answer[^]*Type the same again/)
  expect(back).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Ended: [1-9]/) as unknown })
})

describe('the program', () => {
  test('signs in by az and azd, prints JSON alone for a program, and sentences for a person', async () => {
    const { access, grantId } = await connect(sandbox(), PRIYA)
    const listed = await program('sessions', PRIYA, '--json')
    expect([listed.code, listed.stderr]).toEqual([0, ''])
    expect(JSON.stringify(jsonIn(listed))).toContain(grantId)
    expect(await program('end', grantId)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Ended: 1\./) as unknown,
      stderr: '',
    })
    expect(await toolStatus(access)).toBe(401)
  })

  test('ends with 2 where it does not understand, with 1 where it may not, and says why on stderr', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    // Nobody sits at its terminal, so that nothing is asked and nothing is done.
    expect(await program('end', 'all')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/\S/) as unknown,
    })
    expect(await toolStatus(access)).toBe(200)
    desk().signIn(MARCUS)
    const refused = await program('keys')
    desk().signIn(ELENA)
    expect(refused).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('Administrator') as unknown })
  })

  test('shows its help, the same that its function prints; half of it is no success', async () => {
    const help = await type('--help')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(await program('--help')).toEqual(help)
    expect(await admin(['--help'], desk().environment, 'deaf')).toEqual({ code: 1, stdout: '', stderr: '' })
  })
})

describe('what there is', () => {
  test('keys, reports and clients', async () => {
    expect(await json('keys')).toMatchObject({ kept: 'file', credential: { kind: 'plain-secret' } })
    expect((await type('keys')).stdout).toMatch(/Index key: there/)
    expect((await json('reports'))['builtIn']).toContain('my-open-opportunities')
    expect((await type('reports')).stdout).toMatch(/^built in, \d+: /)
    expect((await json('terms'))['builtIn']).toContain('win-rate')
    expect((await type('terms')).stdout).toMatch(/^built in, \d+: .*\bopen-pipeline\b/)
    expect((await type('clients')).code).toBe(0)
  })

  test('whatever is misspelt is refused and does nothing', async () => {
    const { access } = await connect(sandbox(), PRIYA)
    const wrong = [
      [],
      ['peple'],
      ['constructor'],
      ['end'],
      ['end', 'al', '--yes'],
      ['end', 'all', 'now', '--yes'],
      ['end', 'all', '--jess'],
      ['end', PRIYA, '--days', '3'],
      ['end', ''],
      ['end', "x' or 1 eq 1"],
      ['sessions'],
      ['sessions', `${PRIYA}/../x@y`],
      ['usage', '--days', '0'],
      ['usage', '--days', '3', '--days', '4'],
      ['keys', '--url', ''],
      ['keys', '--trust', 'https://x'],
      ['switch', 'off', 'tools'],
    ]
    for (const args of wrong) {
      const { code, stdout, stderr } = await type(...args)
      expect([args, code, stdout]).toEqual([args, 2, ''])
      expect(stderr).toContain('npm run admin -- --help')
    }
    expect(await toolStatus(access)).toBe(200)
  })
})

describe('who may', () => {
  test('not a person without the role, and they are told how to get it', async () => {
    desk().signIn(MARCUS)
    const { code, stderr } = await type('keys')
    desk().signIn(ELENA)
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/app role Administrator[^]*npm run assign -- --administrator/),
    ])
  })

  test('nobody who is not signed in', async () => {
    desk().signIn(undefined)
    const { code, stderr } = await type('keys')
    desk().signIn(ELENA)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/not signed in[^]*az login/)])
  })

  test('no token goes to an address that is not the app’s', async () => {
    const { code, stderr } = await type('keys', '--url', sandbox().entra.url)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/another app[^]*No token was fetched/)])
  })

  test('without an azd environment the options say where the app is', async () => {
    const { url } = sandbox().app
    await desk().setValues({})
    const named = ['keys', '--url', url, '--client-id', ENTRA_CLIENT_ID]
    expect(await type(...named)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Nothing here says/) as unknown,
    })
    expect((await type(...named, '--trust', url)).code).toBe(0)
    expect((await type('keys')).stderr).toMatch(/Where the app lives is not known/)
    await desk().reset()
  })
})
