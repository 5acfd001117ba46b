import Module from 'node:module'
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  Level,
  ProgrammingModel,
  RegisteredFunction,
} from './core-types.ts'

/** What the app has registered, and where its logs go. One app per process, as in a real worker. */
export type Core = {
  readonly functions: Map<string, RegisteredFunction>
  readonly hooks: Record<HookName, HookCallback[]>
  model: ProgrammingModel | undefined
  /** Hooks share it for the life of the app. */
  readonly appHookData: object
  /** Once set, a registration throws: functions are registered while the app loads. */
  locked: boolean
  log(level: Level, category: string, message: string): void
}

class Disposable {
  readonly #undo: () => unknown
  constructor(undo: () => unknown) {
    this.#undo = undo
  }
  dispose(): void {
    this.#undo()
  }
}

const HIDDEN: ReadonlySet<Level> = new Set(['trace', 'debug', 'none'])

/** What of a log shows, and how. */
export const logTo =
  (write: (line: string) => void): Core['log'] =>
  (level, category, message) => {
    if (!HIDDEN.has(level)) write(`[${level}] ${category === 'system' ? '(system) ' : ''}${message}`)
  }

export function createCore(log: Core['log']): Core {
  return {
    functions: new Map(),
    hooks: { preInvocation: [], postInvocation: [], appStart: [], appTerminate: [], log: [] },
    model: undefined,
    appHookData: {},
    locked: false,
    log,
  }
}

function registerFunction(core: Core, metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
  if (core.locked) throw new Error('A function can only be registered during app startup.')
  const id = metadata.functionId ?? metadata.name
  if (core.functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`)
  core.functions.set(id, { id, metadata, callback })
  return new Disposable(() => core.functions.delete(id))
}

function registerHook(core: Core, name: string, callback: HookCallback): Disposable {
  if (!Object.hasOwn(core.hooks, name)) throw new RangeError(`Unrecognized hook "${name}"`)
  const hookName = name as HookName
  core.hooks[hookName].push(callback)
  return new Disposable(() => {
    core.hooks[hookName] = core.hooks[hookName].filter((hook) => hook !== callback)
  })
}

/**
 * Answers `require('@azure/functions-core')` with a stand-in, the way the worker itself does it.
 * Must run before the app is imported: `@azure/functions` looks once and remembers a failure too.
 */
export function installCore(core: Core): void {
  const api = {
    version: '3.10.1',
    hostVersion: '4.1036.0.0',
    Disposable,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
      registerFunction(core, metadata, callback),
    registerHook: (name: string, callback: HookCallback) => registerHook(core, name, callback),
    setProgrammingModel: (model: ProgrammingModel) => {
      core.model = model
    },
    getProgrammingModel: () => core.model,
    log: (level: Level, category: string, message: string) => core.log(level, category, message),
  }
  const prototype = Module.prototype as unknown as { require: (this: unknown, id: string) => unknown }
  const original = prototype.require
  prototype.require = function (id) {
    return id === '@azure/functions-core' ? api : original.call(this, id)
  }
}
