import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type * as identity from '@azure/identity'
import * as jose from 'jose'
import { build } from '../../../../infra/build.ts'

type Packages = {
  readonly jose: typeof jose
  readonly identity: typeof identity
  readonly perCall: () => readonly unknown[]
}

/** What a call makes: functions of each form, and a class. */
const PER_CALL = `export const perCall = () => {
  const arrow = () => 1
  const later = async () => await arrow()
  class Made {}
  return [arrow, later, Made]
}`

let folder: string
let built: Packages
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'names-'))
  const all = ['jose', '@azure/identity'].map((name) => JSON.stringify(fileURLToPath(import.meta.resolve(name))))
  const entry = join(folder, 'entry.ts')
  await writeFile(entry, `export * as jose from ${all[0]}\nexport * as identity from ${all[1]}\n${PER_CALL}`)
  const outdir = join(folder, 'app')
  await build({ entry, outdir })
  built = (await import(pathToFileURL(join(outdir, 'index.js')).href)) as Packages
}, 120_000)
afterAll(async () => await rm(folder, { recursive: true }))

/** jose names an error by the class that it is made by, and so does a log line about a token that was refused. */
test('a refused token is told by the name of its error after the build, too', async () => {
  const refused = (errors: Packages['jose']) =>
    errors.jwtVerify('not.a.token', new Uint8Array(32)).catch((error: unknown) => (error as Error).name)
  expect(await refused(built.jose)).toBe('JWSInvalid')
  expect(await refused(built.jose)).toBe(await refused(jose))
  const names = (errors: object) => Object.values(errors).map((error: { readonly name: string }) => error.name)
  expect(names(built.jose.errors)).toEqual(names(jose.errors))
  expect(names(built.jose.errors)).toContain('JWTExpired')
})

/** `@azure/identity` names spans and log lines by the class of the credential. */
test('a credential is told by its name after the build, too', () => {
  expect(new built.identity.ManagedIdentityCredential().constructor.name).toBe('ManagedIdentityCredential')
  expect(new built.identity.ClientAssertionCredential('t', 'c', async () => '').constructor.name).toBe(
    'ClientAssertionCredential',
  )
})

/** To give a function its name takes longer than to make it, and each call makes hundreds. */
test('what a call makes is given no name, but for classes', () => {
  const named = (made: unknown) => (made as { readonly name: string }).name
  const [arrow, later, Made] = built.perCall()
  expect([named(arrow), named(later)]).not.toContain('arrow')
  expect([named(arrow), named(later)]).not.toContain('later')
  expect(named(Made)).toBe('Made')
})
