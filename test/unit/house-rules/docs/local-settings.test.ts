import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { ConfigError, readConfig } from '../../../../shared/config/config.ts'
import { SETTINGS } from '../../../../shared/config/settings.ts'
import { NOT_LOCAL, TO_BE_FILLED } from '../../../../infra/docs/local-settings.ts'

/** Core Tools wants strings in `Values`, and hands each of them to the app as an environment variable. */
const sample = z
  .strictObject({
    IsEncrypted: z.literal(false),
    _comments: z.record(z.string(), z.string().min(10)),
    Values: z.record(z.string().regex(/^\w+$/), z.string()),
    Host: z.strictObject({ LocalHttpPort: z.int() }),
  })
  .parse(JSON.parse(readFileSync('local.settings.sample.json', 'utf8')))

/** As under `func start`. */
const environment = { ...sample.Values, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' }
const FILLED = {
  ENTRA_TENANT_ID: '8f14e45f-ceea-467f-a0e6-1f2d3c4b5a69',
  ENTRA_CLIENT_ID: '2b7e1516-28ae-4d2a-9f4c-3c4fcf098815',
  ENTRA_CLIENT_SECRET: 'w7XcR5hYp0LsD2fGj6NbA',
  DATAVERSE_URL: 'https://fabrikam.crm.dynamics.com',
} satisfies Record<keyof typeof TO_BE_FILLED, string>

function problemsOf(values: Readonly<Record<string, string>>): string[] {
  try {
    readConfig(values)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ setting }) => setting)
    throw error
  }
}

describe('local.settings.sample.json', () => {
  test('holds every setting that is of use on a developer’s machine, and no other', () => {
    const ours = Object.keys(SETTINGS).filter((name) => !NOT_LOCAL.some((one) => one === name))
    const host = ['FUNCTIONS_WORKER_RUNTIME', 'AzureWebJobsStorage']
    expect(Object.keys(sample.Values)).toEqual([...host, ...ours])
  })

  test('explains each of them', () => {
    expect(Object.keys(sample._comments)).toEqual(Object.keys(sample.Values))
  })

  test.each(Object.keys(TO_BE_FILLED))(
    'leaves %s to its reader, and says so as long as it is not filled in',
    (name) => {
      const { [name]: _filled, ...others } = FILLED as Record<string, string>
      expect(problemsOf({ ...environment, ...others })).toContain(name)
    },
  )

  test('works once that is filled in', () => {
    expect(problemsOf({ ...environment, ...FILLED })).toEqual([])
    expect(readConfig({ ...environment, ...FILLED })).toMatchObject({
      publicBaseUrl: `http://localhost:${sample.Host.LocalHttpPort}`,
      entra: { credential: { kind: 'plain-secret' } },
      tables: { connectionString: 'UseDevelopmentStorage=true' },
    })
  })

  test('would be refused in Azure', () => {
    const problems = problemsOf({ ...environment, ...FILLED, AZURE_FUNCTIONS_ENVIRONMENT: 'Production' })
    expect(problems).toEqual(expect.arrayContaining(['PUBLIC_BASE_URL', 'ENTRA_CLIENT_SECRET', 'LOCAL_KEY_FILE']))
  })

  test('holds no secret', () => {
    expect(sample.Values.ENTRA_CLIENT_SECRET).toMatch(/^<.*>$/)
    const text = Object.values(sample.Values).join('\n')
    expect(text).not.toMatch(/AccountKey=|InstrumentationKey=[0-9a-f]{8}|-----BEGIN|[A-Za-z0-9_~.-]{34}/)
  })
})
