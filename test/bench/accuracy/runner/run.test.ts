// Not in a bare npm test: types commands.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { onFreePort } from '../../../sandbox/azurite.ts'
import { type Script, startFakeOpenAi } from '../model/fake-openai.ts'
import { recordingSchema } from '../recording.ts'
import { fingerprintOfSeed } from '../world.ts'

const RUN = fileURLToPath(new URL('../run.ts', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accuracy-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (args: readonly string[]) =>
  spawn(process.execPath, [RUN, '--no-build', ...args], { env: { ...process.env, OPENAI_API_KEY: 'k' } })

async function run(...args: readonly string[]) {
  const child = start(args)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { stdout, stderr, code }
}

test('a command line that cannot be is told with the help, code 2', async () => {
  const { code, stderr } = await run('--url', 'http://127.0.0.1:9/v1')
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^--model is missing[^]*npm run accuracy/)])
})

/** Knows one question, and finds its answer in what the tool gave: the total of the rows that fit. */
const counting: Script = (messages) => {
  const last = messages.at(-1)
  if (last?.role === 'tool') return { text: `Answer: ${/of (\d+) rows/.exec(last.content ?? '')?.[1] ?? 'unknown'}` }
  if (!messages.some(({ content }) => content?.includes('in this calendar month'))) return { text: 'I cannot tell.' }
  const filter = 'statecode eq 0 and estimatedclosedate eq this month'
  const query = { entity: 'opportunity', filter, top: 1, count: true }
  return {
    calls: [
      { name: 'no_such_tool', arguments: '{}' },
      { name: 'query_crm', arguments: '{"entity":' },
      { name: 'query_crm', arguments: JSON.stringify(query) },
    ],
  }
}

describe('with a model behind an OpenAI-compatible address', () => {
  test('each person asks, answers are judged, counted and recorded', async () => {
    const fake = await startFakeOpenAi({ script: counting, key: 'k' })
    const out = join(folder, 'fake.json')
    const questions = 'closing-this-month,open-deals'
    const { code, stdout, stderr } = await run(
      '--model',
      'm',
      '--url',
      fake.url,
      '--questions',
      questions,
      '--out',
      out,
    )
    await fake.close()
    expect([code, fake.requests.filter(({ refusal }) => refusal !== undefined)]).toEqual([0, []])
    expect(stdout).toContain('3 of 6 right (50.0 %)')
    expect(stdout).toMatch(/number, sales manager +1 +1 +0 +1\.5 /)
    expect(stderr).toContain('closing-this-month, analyst: right')
    const { seed, answers } = recordingSchema.parse(JSON.parse(await readFile(out, 'utf8')))
    expect(seed).toBe(fingerprintOfSeed())
    expect(answers).toHaveLength(6)
    const [first] = answers.filter(({ question }) => question === 'closing-this-month')
    expect(first).toMatchObject({ persona: 'sales rep', answer: 'Answer: 15', errors: 2 })
    expect(first?.calls.map(({ tool }) => tool)).toEqual(['no_such_tool', 'query_crm', 'query_crm'])
    expect(first?.bytes).toBeGreaterThan(500)
    // What was answered is not asked again.
    const again = await run('--model', 'm', '--url', fake.url, '--questions', questions, '--out', out)
    expect([again.code, again.stderr]).toEqual([0, ''])
  })
})

/** @throws Error with what it said where it ends before it serves */
async function startByHand(port: number, out: string) {
  const child = start(['--by-hand', '--port', String(port), '--questions', 'open-deals', '--out', out])
  const [said, ended] = [text(child.stderr), once(child, 'close')]
  const early = ended.then(async () => {
    throw new Error(`it ended: ${await said}`)
  })
  await Promise.race([once(child.stdout, 'data'), early])
  const end = async () => {
    child.kill('SIGINT')
    await ended
  }
  return { port, end }
}

test('--by-hand serves questions and tools, and keeps what is answered', async () => {
  const out = join(folder, 'hand.json')
  const asked = { persona: 'sales rep', question: 'open-deals' }
  const { port, end } = await onFreePort((free) => startByHand(free, out))
  try {
    const post = (path: string, body: object) =>
      fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(body) })
    const questions = await fetch(`http://127.0.0.1:${port}/questions?persona=sales+rep`)
    expect(await questions.json()).toEqual([
      { question: 'open-deals', ask: expect.stringMatching(/open opportunities/) },
    ])
    const briefing = await fetch(`http://127.0.0.1:${port}/briefing?persona=sales+rep`)
    expect(await briefing.text()).toMatch(/Today is Tuesday,? 24 November 2026[^]*"whoami"/)
    const called = await post('/call', { ...asked, tool: 'whoami', arguments: {} })
    expect([called.status, await called.text()]).toEqual([200, expect.stringContaining('Priya Nair')])
    expect((await post('/answer', { ...asked, answer: 'Answer: 35' })).status).toBe(200)
    expect((await post('/answer', { ...asked, answer: 'Answer: 34' })).status).toBe(409)
    expect((await post('/call', { persona: 'chef' })).status).toBe(400)
    const { answers } = recordingSchema.parse(JSON.parse(await readFile(out, 'utf8')))
    expect(answers).toEqual([
      {
        ...asked,
        answer: 'Answer: 35',
        calls: [{ tool: 'whoami', arguments: {} }],
        bytes: expect.any(Number),
        errors: 0,
        wrong: '35, not 34',
      },
    ])
  } finally {
    await end()
  }
})
