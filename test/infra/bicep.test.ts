import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { CACHE, findBicep } from './bicep-cli.ts'
import { checkLayers, type LayerCheck } from './bicep/check-layers.ts'
import { checkBicepText, checkText, ENTRY_FILES, ROOT, settingsInBicep } from './text-checks.ts'

jest.setTimeout(240_000)

const bicep = await findBicep()
const withBicep = bicep.available ? test : test.skip

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
  let layers: LayerCheck[] = []
  beforeAll(async () => {
    if (bicep.available) layers = await checkLayers(ENTRY_FILES)
  })

  withBicep('every layer compiles without a warning, Microsoft Graph’s types included', () => {
    expect(layers.flatMap(({ problems }) => problems)).toEqual([])
    expect(layers.map(({ template }) => template !== undefined)).toEqual([true, true, true])
  })

  withBicep('a misspelt member of the app registration is found', async () => {
    const folder = await mkdtemp(join(CACHE, 'misspelt-'))
    await cp(join(ROOT, 'infra'), folder, { recursive: true })
    const file = join(folder, 'entra/application.bicep')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('signInAudience:', 'signInAudiences:'))
    const [layer] = await checkLayers([join(folder, 'entra/main.bicep')])
    expect(layer?.problems.map(({ message }) => message).join()).toContain('signInAudiences')
    await rm(folder, { recursive: true })
  })

  withBicep('the platform is Node 24 on Flex Consumption, keyless', () => {
    const text = JSON.stringify(layers.at(-1)?.template?.resources)
    expect(text).toContain('"runtime":{"name":"node","version":"24"}')
    expect(text).toContain('"name":"FC1"')
    expect(text).toContain('"allowSharedKeyAccess":false')
    expect(text).not.toMatch(/"allowSharedKeyAccess":true|listKeys/)
  })

  withBicep('layers output addresses, ids and names, and nothing else', () => {
    expect(layers.map(({ template }) => Object.keys(template?.outputs ?? {}).sort())).toEqual([
      [
        'AZURE_RESOURCE_GROUP',
        'AZURE_TENANT_ID',
        'ENTRA_AUTHORITY_HOST',
        'MANAGED_IDENTITY_CLIENT_ID',
        'MANAGED_IDENTITY_NAME',
        'MANAGED_IDENTITY_PRINCIPAL_ID',
        'PUBLIC_BASE_URL',
      ],
      ['ENTRA_API_SCOPE', 'ENTRA_CLIENT_ID'],
      [
        'AUDIT_WORKSPACE_ID',
        'FUNCTION_APP_HOST',
        'FUNCTION_APP_NAME',
        'KEY_VAULT_NAME',
        'KEY_VAULT_URL',
        'MCP_URL',
        'REPORTS_TABLE_ID',
        'TABLES_ENDPOINT',
        'TOKEN_ACCOUNT_NAME',
      ],
    ])
  })
})
