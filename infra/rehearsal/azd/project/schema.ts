import { z } from 'zod'

/** A hook without its overrides for a system. */
const plainHook = z.strictObject({
  kind: z.enum(['sh', 'pwsh', 'js', 'ts', 'python', 'dotnet']).optional(),
  shell: z.enum(['sh', 'pwsh']).optional(),
  run: z.string().optional(),
  dir: z.string().optional(),
  continueOnError: z.boolean().optional(),
  interactive: z.boolean().optional(),
  secrets: z.record(z.string(), z.string()).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
})
const hook = plainHook.extend({ windows: plainHook.optional(), posix: plainHook.optional() })
const hooks = z.union([hook.transform((one) => [one]), z.array(hook)])

const layer = z.strictObject({
  name: z.string().min(1),
  path: z.string().min(1),
  module: z.string().optional(),
  provider: z.literal('bicep').optional(),
  dependsOn: z.array(z.string()).optional(),
  hooks: z.strictObject({ preprovision: hooks.optional(), postprovision: hooks.optional() }).optional(),
})

const infra = z
  .strictObject({
    provider: z.literal('bicep').optional(),
    path: z.string().optional(),
    module: z.string().optional(),
    layers: z.array(layer).optional(),
  })
  .refine(({ path, module, layers }) => layers === undefined || (path === undefined && module === undefined), {
    message: 'infra.path and infra.module may not stand beside infra.layers',
  })

const service = z.strictObject({
  project: z.string(),
  host: z.literal('function'),
  language: z.enum(['js', 'ts']),
  dist: z.string().optional(),
  remoteBuild: z.boolean().optional(),
  resourceName: z.string().optional(),
})

const COMMANDS = ['build', 'deploy', 'down', 'package', 'provision', 'publish', 'restore', 'up'] as const
const projectHooks = z.strictObject(
  Object.fromEntries(
    COMMANDS.flatMap((command) => [`pre${command}`, `post${command}`]).map((name) => [name, hooks.optional()]),
  ),
)

/**
 * azure.yaml, in the parts that a project of Azure Functions with layers of Bicep uses; unknown keys are refused.
 * @see https://github.com/Azure/azure-dev/blob/main/schemas/v1.0/azure.yaml.json
 */
export const projectSchema = z.strictObject({
  name: z.string().min(2),
  metadata: z.strictObject({ template: z.string().optional() }).optional(),
  requiredVersions: z.strictObject({ azd: z.string().optional() }).optional(),
  resourceGroup: z.string().optional(),
  infra: infra.optional(),
  services: z.record(z.string(), service).optional(),
  hooks: projectHooks.optional(),
  pipeline: z
    .strictObject({
      provider: z.enum(['github', 'azdo']).optional(),
      variables: z.array(z.string()).optional(),
      secrets: z.array(z.string()).optional(),
    })
    .optional(),
})

export type HookConfig = z.infer<typeof hook>
export type PlainHook = z.infer<typeof plainHook>
export type ServiceConfig = z.infer<typeof service>
export type ProjectConfig = z.infer<typeof projectSchema>
export type LayerConfig = z.infer<typeof layer>
