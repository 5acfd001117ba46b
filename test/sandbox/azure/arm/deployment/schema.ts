import { z } from 'zod'

/** A declared type of a parameter or an output; `$ref` points into `definitions`. */
const typeSchema = z.looseObject({
  type: z.string().optional(),
  $ref: z.string().optional(),
  nullable: z.boolean().optional(),
  allowedValues: z.array(z.unknown()).optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minValue: z.number().optional(),
  maxValue: z.number().optional(),
  defaultValue: z.unknown().optional(),
})

const copySchema = z.strictObject({
  name: z.string(),
  count: z.union([z.number(), z.string()]),
  mode: z.string().optional(),
  batchSize: z.number().optional(),
})

/** Strict: a member that this stand-in does not act on is refused, not dropped. */
const resourceSchema = z.strictObject({
  type: z.string(),
  apiVersion: z.string().optional(),
  name: z.string().optional(),
  existing: z.boolean().optional(),
  condition: z.union([z.boolean(), z.string()]).optional(),
  copy: copySchema.optional(),
  dependsOn: z.array(z.string()).optional(),
  scope: z.string().optional(),
  subscriptionId: z.string().optional(),
  resourceGroup: z.string().optional(),
  /** Resources of an extension such as Microsoft Graph: `extension` since language 2.1, `import` before. */
  extension: z.string().optional(),
  import: z.string().optional(),
  location: z.string().optional(),
  tags: z.unknown().optional(),
  kind: z.string().optional(),
  sku: z.unknown().optional(),
  identity: z.unknown().optional(),
  properties: z.unknown().optional(),
  comments: z.string().optional(),
  metadata: z.unknown().optional(),
})

const userFunctionSchema = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string() })).default([]),
  output: z.looseObject({ value: z.unknown() }),
})

const templateSchema = z.strictObject({
  $schema: z.string(),
  languageVersion: z.string().optional(),
  contentVersion: z.string(),
  metadata: z.unknown().optional(),
  definitions: z.record(z.string(), typeSchema).optional(),
  parameters: z.record(z.string(), typeSchema).optional(),
  variables: z.record(z.string(), z.unknown()).optional(),
  functions: z
    .array(z.looseObject({ namespace: z.string(), members: z.record(z.string(), userFunctionSchema) }))
    .optional(),
  imports: z.record(z.string(), z.unknown()).optional(),
  extensions: z.record(z.string(), z.unknown()).optional(),
  resources: z.union([z.record(z.string(), resourceSchema), z.array(resourceSchema)]),
  outputs: z
    .record(z.string(), typeSchema.extend({ value: z.unknown().optional(), condition: z.unknown().optional() }))
    .optional(),
})

export type DeclaredType = z.infer<typeof typeSchema>
export type ResourceDefinition = z.infer<typeof resourceSchema>
export type Template = z.infer<typeof templateSchema>

/** The part of a nested deployment that decides what it deploys. */
export const nestedSchema = z.strictObject({
  mode: z.literal('Incremental'),
  expressionEvaluationOptions: z.strictObject({ scope: z.literal('inner') }),
  parameters: z.record(z.string(), z.unknown()).optional(),
  template: z.unknown(),
})

/**
 * @throws ZodError for a member that this stand-in does not know: better no rehearsal than a wrong one
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
 */
export const parseTemplate = (template: unknown): Template => templateSchema.parse(template)
