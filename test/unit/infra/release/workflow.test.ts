import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

type Step = {
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly env?: Record<string, string>
}
type Job = {
  readonly needs?: readonly string[]
  readonly environment?: string
  readonly permissions?: Record<string, string>
  readonly steps: readonly Step[]
}
const { on, permissions, jobs } = parse(readFileSync('.github/workflows/release.yml', 'utf8')) as {
  readonly on: unknown
  readonly permissions: unknown
  readonly jobs: Readonly<Record<'test' | 'build' | 'publish', Job>>
}
const commands = ({ steps }: Job): string[] => steps.flatMap(({ run }) => (run === undefined ? [] : [run]))

describe('the workflow of a release', () => {
  test('begins with a tag of three numbers, and with no right at all', () => {
    expect(on).toEqual({ push: { tags: ['v*.*.*'] } })
    expect(permissions).toEqual({})
  })

  test('those of its jobs that run our code may read, and nothing else', () => {
    for (const job of [jobs.test, jobs.build]) {
      expect(job.permissions).toEqual({ contents: 'read' })
      expect(job.environment).toBeUndefined()
    }
  })

  test('the one that signs waits for both, and runs nothing of ours', () => {
    const { publish } = jobs
    expect(publish).toMatchObject({ needs: ['test', 'build'], environment: 'release' })
    expect(publish.permissions).toEqual({ attestations: 'write', contents: 'write', 'id-token': 'write' })
    const actions = publish.steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses.split('@')[0]]))
    expect(actions).toEqual(['actions/download-artifact', 'actions/attest', 'actions/attest'])
    expect(commands(publish).map((line) => line.split(' ')[0])).toEqual(['echo', 'echo', 'gh'])
  })

  test('the sums are held against the files before anything is signed', () => {
    const [download, sums] = jobs.publish.steps
    expect(download?.uses).toMatch(/^actions\/download-artifact@/)
    expect(sums).toMatchObject({
      run: expect.stringContaining('\nsha256sum --check --strict SHA256SUMS\n'),
      env: { SUMS: '${{ needs.build.outputs.sums }}' },
      'working-directory': 'release',
    })
  })

  test('a run attests, or says why it does not', () => {
    const conditions = jobs.publish.steps.flatMap((step) => (step.if === undefined ? [] : [step.if]))
    expect(conditions).toEqual([
      "github.event.repository.private && vars.ATTESTATIONS != 'on'",
      "${{ !github.event.repository.private || vars.ATTESTATIONS == 'on' }}",
      "${{ !github.event.repository.private || vars.ATTESTATIONS == 'on' }}",
    ])
  })

  test('both builds are of the tag, without a script of any package, and are compared whole', () => {
    const lines = commands(jobs.build)
    expect(lines.filter((line) => line === 'npm ci --ignore-scripts')).toHaveLength(2)
    expect(lines.filter((line) => line === 'npm run release -- --tag "$TAG"')).toHaveLength(2)
    expect(lines.at(-2)).toBe('diff --recursive release "$RUNNER_TEMP/another-place/release"')
  })

  test('a tag’s name reaches no shell but as a variable', () => {
    for (const job of Object.values(jobs)) for (const line of commands(job)) expect(line).not.toContain('${{')
  })
})

const release = (...args: string[]): Promise<{ readonly code: unknown; readonly output: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['infra/release/release.ts', ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, output: error === null ? stdout : stderr }),
    )
  })

test.each([
  [1, ['--tag', 'v9.9.9'], /✗ the tag v9\.9\.9 stands on version/],
  [1, ['--tag', 'latest'], /✗ latest is no tag of a release/],
  [1, ['--date', 'now'], /✗ --date is seconds since 1970/],
  [2, ['--publish'], /--publish[^]*npm run release/],
  [0, ['--help'], /--check/],
])('the command ends with %i for %j', async (code, args, says) => {
  expect(await release(...args)).toEqual({ code, output: expect.stringMatching(says) })
})
