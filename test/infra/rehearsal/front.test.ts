import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { get } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Front, startFront } from '../../sandbox/azure/front/front.ts'

const run = promisify(execFile)
const behind = createServer((request, response) => response.end(`behind ${request.headers.host ?? ''}`))
const vaults = new Set(['kv-here.vault.azure.net'])
let front: Front

beforeAll(async () => {
  await new Promise<void>((done) => behind.listen(0, '127.0.0.1', done))
  front = await startFront({
    routes: {
      'login.microsoftonline.com': (request, response) => response.end(`login ${request.url ?? ''}`),
      '.vault.azure.net': {
        handler: (request, response) => response.end(`vault ${request.headers.host ?? ''}`),
        exists: (host) => vaults.has(host),
      },
      '.azurewebsites.net': { port: (behind.address() as AddressInfo).port },
    },
  })
})
afterAll(async () => {
  await front.close()
  await new Promise((done) => behind.close(done))
})

/** Each expression is evaluated in a child that has the front's environment. */
const inChild = async (expression: string, node = process.execPath): Promise<string> => {
  const script = `
    const text = (url) => fetch(url).then((response) => response.text())
    const viaHttps = (url) => new Promise((ok, no) => require('node:https').get(url, (r) => r.setEncoding('utf8').on('data', ok)).on('error', no))
    const code = (error) => (error.cause?.code ?? error.code) + ' ' + (error.cause?.message ?? error.message)
    Promise.resolve().then(() => ${expression}).catch(code).then((said) => console.log(said))`
  const { PATH } = process.env
  const env = { ...(PATH && { PATH }), ...front.environment }
  return (await run(node, ['-e', script], { env })).stdout.trim()
}

describe('a process with the front’s environment', () => {
  test.each([
    ['fetch', 'text("https://login.microsoftonline.com/x?y=1")', 'login /x?y=1'],
    ['node:https', 'viaHttps("https://login.microsoftonline.com/x")', 'login /x'],
    ['a wildcard name', 'text("https://kv-here.vault.azure.net/")', 'vault kv-here.vault.azure.net'],
    ['a server behind', 'text("https://func-a.azurewebsites.net/")', 'behind func-a.azurewebsites.net'],
  ])('reaches a real name by %s', async (_name, expression, said) => {
    expect(await inChild(expression)).toBe(said)
  })

  test.each([
    ['a vault that is not there', 'text("https://kv-gone.vault.azure.net/")', 'ENOTFOUND'],
    ['the same, by node:https', 'viaHttps("https://kv-gone.vault.azure.net/")', 'ENOTFOUND'],
    ['a host without a route', 'text("https://example.com/")', 'ERR_REHEARSAL_HOST'],
    ['another port', 'text("https://login.microsoftonline.com:8443/")', 'ERR_REHEARSAL_HOST'],
    ['plain http', 'text("http://login.microsoftonline.com/")', 'ERR_REHEARSAL_HOST'],
    ['an address', 'viaHttps("https://93.184.215.14/")', 'ERR_REHEARSAL_HOST'],
    ['the instance metadata service', 'text("http://169.254.169.254/metadata")', 'ERR_REHEARSAL_HOST'],
  ])('does not reach %s', async (_name, expression, code) => {
    expect(await inChild(expression)).toMatch(new RegExp(`^${code} `))
  })

  test('runs on the Node of the machine, too, whatever its version', async () => {
    expect(await inChild('text("https://login.microsoftonline.com/")', 'node')).toBe('login /')
  })
})

describe('this process', () => {
  test('is redirected while it has entered, and only then', async () => {
    const leave = front.enter()
    try {
      expect(await (await fetch('https://func-a.azurewebsites.net/')).text()).toBe('behind func-a.azurewebsites.net')
      await expect(fetch('https://example.com/')).rejects.toMatchObject({ cause: { code: 'ERR_REHEARSAL_HOST' } })
      const failed = new Promise((done) => connect(80, 'example.com').once('error', done))
      expect(await failed).toMatchObject({ code: 'ERR_REHEARSAL_HOST' })
    } finally {
      leave()
    }
    const error = new Promise<Error>((done) =>
      get({ host: '127.0.0.1', port: front.port, servername: 'login.microsoftonline.com' }).once('error', done),
    )
    expect(await error).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  })

  test('sees what was asked, without query and header', async () => {
    expect(front.requests()).toContainEqual({
      host: 'login.microsoftonline.com',
      method: 'GET',
      path: '/x',
      status: 200,
    })
  })
})
