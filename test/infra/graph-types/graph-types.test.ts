import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { CACHE, findBicep } from '../bicep-cli.ts'
import { compileWith } from '../bicep/compile.ts'
import { localConfig } from '../bicep/config.ts'

const ENTRA = new URL('../../../infra/entra/', import.meta.url).pathname
const bicep = await findBicep()
const withBicep = bicep.available ? test : test.skip

const mistakes: [string, string, string, string][] = [
  ['a misspelt member', 'knownClientApplications', 'knownClientApplication', 'BCP089'],
  ['text for a number', 'requestedAccessTokenVersion: 2', "requestedAccessTokenVersion: '2'", 'BCP036'],
  ['a credential without a subject', '    subject: managedIdentityPrincipalId\n', '', 'BCP035'],
]
withBicep(
  'the types find mistakes',
  async () => {
    const folder = await mkdtemp(join(CACHE, 'mistake-'))
    try {
      let text = await readFile(join(ENTRA, 'registration.bicep'), 'utf8')
      for (const [, right, wrong] of mistakes) {
        expect(text).toContain(right)
        text = text.replace(right, wrong)
      }
      const file = join(folder, 'registration.bicep')
      await writeFile(file, text)
      await writeFile(join(folder, 'registration.json'), await readFile(join(ENTRA, 'registration.json')))
      const { diagnostics } = await compileWith(await localConfig(), file)
      const found = diagnostics.map(({ rule }) => rule)
      expect(mistakes.filter(([, , , code]) => !found.includes(code)).map(([what]) => what)).toEqual([])
    } finally {
      await rm(folder, { recursive: true })
    }
  },
  120_000,
)
