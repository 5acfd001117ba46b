import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { copyProject, type ProjectCopy } from '../../../infra/rehearsal/world/project-copy.ts'

let used: ProjectCopy
let fresh: ProjectCopy
beforeAll(() => {
  used = copyProject()
  fresh = copyProject()
})
afterAll(() => {
  used.remove()
  fresh.remove()
})

/** Every file and folder with its rights, and what is in it; the packages are links, and are not followed. */
function contentOf(dir: string, folder = dir): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      const name = `${path.slice(dir.length)} ${lstatSync(path).mode}`
      if (entry.isDirectory()) return [name, ...contentOf(dir, path)]
      return [entry.isFile() ? `${name} ${createHash('sha256').update(readFileSync(path)).digest('hex')}` : name]
    })
}

const at = (name: string) => join(used.dir, name)

function writeIn(folder: string, name: string): void {
  mkdirSync(at(folder), { recursive: true })
  writeFileSync(at(join(folder, name)), 'written')
}

/** As many letters and the same date as before: what neither tells. */
function changeUnseen(name: string): void {
  const { atime, mtime } = statSync(at(name))
  writeFileSync(at(name), readFileSync(at(name), 'utf8').replaceAll('"', "'"))
  utimesSync(at(name), atime, mtime)
}

function haveItUsed(): void {
  appendFileSync(at('azure.yaml'), '# more')
  changeUnseen('host.json')
  rmSync(at('infra/main.bicep'))
  rmSync(at('infra/hooks'), { recursive: true })
  renameSync(at('README.md'), at('README'))
  rmSync(at('functions'), { recursive: true })
  writeFileSync(at('functions'), 'a file in the place of a folder')
  rmSync(at('LICENSE'))
  writeIn('LICENSE', 'a folder in the place of a file')
  writeIn('.azure/contoso-prod', '.env')
  writeIn('dist/chunks', 'chunk.js')
  mkdirSync(at('infra/empty'))
  utimesSync(at('package-lock.json'), 1e9, 1e9)
  rmSync(at('node_modules'))
}

test('whatever was done in it, it is as a fresh clone again, and what nobody touched is not copied anew', () => {
  const untouched = lstatSync(at('package.json')).ino
  haveItUsed()
  used.renew()
  expect(contentOf(used.dir)).toEqual(contentOf(fresh.dir))
  expect(statSync(at('package-lock.json')).mtimeMs).toBe(0)
  expect(existsSync(at('node_modules/.package-lock.json'))).toBe(true)
  expect(lstatSync(at('package.json')).ino).toBe(untouched)
})

test('of a fresh checkout, too, whose caches nobody has filled yet; programs can fill them by way of the copy', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'checkout-'))
  execFileSync('git', ['init', '-q'], { cwd: checkout })
  writeFileSync(join(checkout, 'host.json'), '{}')
  const copy = copyProject(checkout)
  copy.renew()
  mkdirSync(join(copy.dir, '.infra-check/packages'), { recursive: true })
  copy.renew()
  expect(readdirSync(copy.dir).toSorted()).toEqual(['.infra-check', 'host.json', 'node_modules'])
  expect(readdirSync(join(checkout, '.infra-check'))).toEqual(['packages'])
  copy.remove()
  rmSync(checkout, { recursive: true })
})
