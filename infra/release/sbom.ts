import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import * as z from 'zod'
import type { Bundled } from './bundled-packages.ts'

const run = promisify(execFile)

const componentSchema = z.object({
  'bom-ref': z.string(),
  type: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
})
const bomSchema = z.object({
  $schema: z.string(),
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  components: z.array(componentSchema),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
})
type Bom = z.infer<typeof bomSchema>

export type Product = { readonly name: string; readonly version: string; readonly licence: string }

/**
 * All that package-lock.json names, as npm lists it. Those of development too: of what is installed for the tests, some
 * is bundled, such as what a package tries to load and takes when it is there.
 */
async function listOfNpm(root: string): Promise<Bom> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--sbom-type', 'application']
  // Else NODE_ENV, or somebody's .npmrc, would leave kinds out.
  for (const kind of ['dev', 'optional', 'peer']) args.push(`--include=${kind}`)
  // npm is a script that Windows starts by its shell alone; nothing of this line comes from outside.
  const { stdout } = await run('npm', args, {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  })
  return bomSchema.parse(JSON.parse(stdout))
}

const refOf = ({ name, version }: Pick<Bundled, 'name' | 'version'>): string => `${name}@${version}`

const hashesOf = (integrity: string | undefined) => {
  const [, content = ''] = /^sha512-([\w+/=]+)$/.exec(integrity ?? '') ?? []
  return content === '' ? [] : [{ alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') }]
}

/** RFC 9562, version 8, out of what it identifies: the same list has the same number. */
function serialNumber(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const componentOf = (bundled: Bundled, listed: Bom['components'][number] | undefined) => {
  if (listed === undefined) throw new Error(`npm sbom does not list ${refOf(bundled)}, which the bundle holds: npm ci`)
  const hashes = hashesOf(bundled.integrity)
  return {
    'bom-ref': listed['bom-ref'],
    type: 'library',
    name: listed.name,
    version: listed.version,
    scope: 'required',
    purl: listed.purl,
    hashes: hashes.length > 0 ? hashes : (listed.hashes ?? []),
    licenses: [{ license: { id: bundled.licence } }],
  }
}

/**
 * A CycloneDX list of what the bundle holds, made of npm's own list of what is installed: the same commit gives the same
 * bytes, so it names neither the hour nor the folder nor npm's version.
 * @param seconds of the commit, since 1970
 * @see https://cyclonedx.org/docs/1.5/json/
 */
export async function sbom(
  root: string,
  { name, version, licence }: Product,
  packages: readonly Bundled[],
  seconds: number,
): Promise<string> {
  const all = await listOfNpm(root)
  const listed = new Map(all.components.map((one) => [`${one.name}@${one.version}`, one]))
  const components = packages.map((one) => componentOf(one, listed.get(refOf(one))))
  const held = new Set(components.map((one) => one['bom-ref']))
  const own = `${name}@${version}`
  const dependencies = all.dependencies
    .filter(({ ref }) => ref === own || held.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => held.has(one)).sort() }))
    .sort((one, other) => (one.ref < other.ref ? -1 : 1))
  const purl = `pkg:npm/${own}`
  const product = { 'bom-ref': own, type: 'application', name, version, purl, licenses: [{ license: { id: licence } }] }
  const body = {
    version: 1,
    metadata: {
      timestamp: new Date(seconds * 1000).toISOString(),
      lifecycles: [{ phase: 'build' }],
      tools: [{ vendor: 'npm', name: 'cli' }, { name: 'esbuild' }],
      component: product,
    },
    components,
    dependencies,
  }
  const { $schema, bomFormat, specVersion } = all
  const serial = serialNumber(JSON.stringify(body))
  return `${JSON.stringify({ $schema, bomFormat, specVersion, serialNumber: serial, ...body }, null, 2)}\n`
}
