import { beforeAll, describe, expect, test } from '@jest/globals'
import { compile, findBicep, type Bicep, type Template } from './bicep-cli.ts'
import { checkBicepText, checkText, ENTRY_FILES, settingsInBicep } from './text-checks.ts'

describe('without a compiler', () => {
  test('every check of the text passes', () => expect(checkText()).toEqual([]))

  test('the settings that hold the app together are there', () => {
    expect(settingsInBicep()).toEqual(
      expect.arrayContaining([
        'PUBLIC_BASE_URL',
        'ENTRA_CLIENT_ID',
        'DATAVERSE_URL',
        'TABLES_ENDPOINT',
        'KEY_VAULT_URL',
      ]),
    )
  })

  test.each([
    ['an account key', 'var key = storage.listKeys().keys[0].value'],
    ['a connection string', "value: 'DefaultEndpointsProtocol=https;AccountKey=${key}'"],
    ['shared keys', 'allowSharedKeyAccess: true'],
    ['local authentication', 'DisableLocalAuth: false'],
    ['a secret in a template', "resource s 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {"],
    ['a secret as an output', "output clientSecret string = 'x'"],
    ['a client secret', 'passwordCredentials: []'],
    ['a setting that Flex refuses', "WEBSITE_RUN_FROM_PACKAGE: '1'"],
  ])('%s would be found', (_what, text) => {
    expect(checkBicepText('x.bicep', text)).toHaveLength(1)
  })
})

describe('with the Bicep CLI, where NuGet can deliver it', () => {
  let bicep: Bicep
  let templates: (Template | undefined)[] = []
  beforeAll(async () => {
    bicep = await findBicep()
    if (!bicep.available) process.stderr.write(`Bicep files were not compiled: ${bicep.why}\n`)
  }, 90_000)

  test('every layer compiles without a warning', async () => {
    if (!bicep.available) {
      expect(bicep.why).not.toBe('')
      return
    }
    const compilations = await Promise.all(ENTRY_FILES.map((file) => compile(file, { restoreExtensions: false })))
    templates = compilations.map(({ template }) => template)
    expect(compilations.flatMap(({ problems }) => problems)).toEqual([])
    const incomplete = compilations.filter(({ complete }) => !complete).map(({ file }) => file)
    expect(incomplete.filter((file) => !file.endsWith('entra/main.bicep'))).toEqual([])
  }, 120_000)

  test('the compiled platform is Node 24 on Flex Consumption, keyless, and outputs only addresses and names', () => {
    if (!bicep.available) {
      expect(bicep.why).not.toBe('')
      return
    }
    const platform = templates.at(-1)
    const text = JSON.stringify(platform?.resources)
    expect(text).toContain('"runtime":{"name":"node","version":"24"}')
    expect(text).toContain('"name":"FC1"')
    expect(text).toContain('"allowSharedKeyAccess":false')
    expect(text).not.toMatch(/"allowSharedKeyAccess":true|listKeys/)
    expect(Object.keys(platform?.outputs ?? {}).sort()).toEqual([
      'ENTRA_AUTHORITY_HOST',
      'FUNCTION_APP_HOST',
      'FUNCTION_APP_NAME',
      'KEY_VAULT_NAME',
      'KEY_VAULT_URL',
      'MCP_URL',
      'REPORTS_TABLE_ID',
      'TABLES_ENDPOINT',
    ])
  })
})
