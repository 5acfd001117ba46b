// Not in a bare npm test: starts hosts of a small app, stops them and kills them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type FunctionsHost, startFunctionsHost } from '../../../sandbox/functions-host/start.ts'
import { eventually } from '../../../e2e/support/suite.ts'
import { createSampleApp, type SampleApp } from './sample-app.ts'

let sample: SampleApp
beforeAll(async () => {
  sample = await createSampleApp()
})
afterAll(() => sample.remove())

async function withHost<T>(env: Record<string, string>, use: (host: FunctionsHost) => Promise<T>): Promise<T> {
  const host = await startFunctionsHost({ appDir: sample.dir, env })
  try {
    return await use(host)
  } finally {
    await host.close()
  }
}

describe('a host process', () => {
  test('several run at once, each with its own settings', async () => {
    const settings = await withHost({ BOTH: 'one' }, (one) =>
      withHost({ BOTH: 'two' }, async (two) => {
        expect(one.pid).not.toBe(two.pid)
        return Promise.all([one, two].map(({ url }) => fetch(`${url}/echo`).then((answer): unknown => answer.json())))
      }),
    )
    expect(settings).toMatchObject([{ settings: ['local', 'one', 'none'] }, { settings: ['local', 'two', 'none'] }])
  })

  test('an invocation hook may turn a throw into an answer', async () => {
    await withHost({ CATCH: 'true' }, async ({ url }) => {
      const response = await fetch(`${url}/throws`)
      expect(response.status).toBe(503)
      expect(await response.text()).toBe('caught')
    })
  })

  test('shows the home page unless it is switched off', async () => {
    await withHost({}, async ({ url }) => {
      expect((await fetch(url)).headers.get('content-type')).toBe('text/html')
    })
  })

  test('close is an orderly exit, kill is not', async () => {
    const closed = await startFunctionsHost({ appDir: sample.dir, env: {} })
    await closed.close()
    expect(await closed.exited).toBe(0)
    const killed = await startFunctionsHost({ appDir: sample.dir, env: {} })
    await killed.kill()
    expect(await killed.exited).toBeNull()
    await expect(fetch(killed.url)).rejects.toThrow()
  })

  test('an uncaught error ends the worker', async () => {
    const host = await startFunctionsHost({ appDir: sample.dir, env: {} })
    await fetch(`${host.url}/crash`).catch(() => undefined)
    expect(await host.exited).toBe(1)
    expect((await host.logs()).join('\n')).toContain('uncaught')
  })

  test('ends with its parent', async () => {
    const start = new URL('../../../sandbox/functions-host/start.ts', import.meta.url).href
    const script = `
      const { startFunctionsHost } = await import(${JSON.stringify(start)})
      const host = await startFunctionsHost({ appDir: ${JSON.stringify(sample.dir)}, env: {} })
      process.stdout.write(host.url)
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = (await once(parent.stdout, 'data')) as [Buffer]
    expect((await fetch(`${url.toString()}/headed`)).status).toBe(200)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    const isGone = () =>
      fetch(`${url.toString()}/headed`).then(
        () => false,
        () => true,
      )
    expect(await eventually(isGone, 30_000)).toBe(true)
  })
})

describe('an app that cannot start', () => {
  test.each([
    ['throws while loading', { 'index.js': 'throw new Error("bad import")' }, 'bad import'],
    ['registers nothing', { 'index.js': 'export {}' }, 'registered no function'],
    ['has no entry point', { 'package.json': '{"main":"dist/*.js"}' }, 'no entry point'],
    ['has a broken host.json', { 'host.json': '{' }, 'host.json'],
  ])('%s', async (_, files, message) => {
    const broken = await createSampleApp(files)
    await expect(startFunctionsHost({ appDir: broken.dir, env: {} })).rejects.toThrow(message)
    await broken.remove()
  })
})
